import type { CacheEvents } from '#cache/metrics/cacheEvents.ts';
import type { Outcome, RedisTransport } from '#cache/store/redisTransport.ts';
import { type InvalidationMessage, invalidationChannel } from '#shared/control/invalidationMessage.ts';
import { MessageNumbers } from '#shared/control/messageNumbers.ts';
import type { Invalidation } from './invalidation.ts';

export interface BroadcastSurroundings {
  readonly transport: RedisTransport;
  readonly events: CacheEvents;
  readonly prefix: string;
  readonly instance: string;
  readonly clock: () => number;
}

interface Batch {
  readonly invalidations: Invalidation[];
  readonly sent: Promise<Outcome<unknown>>;
}

/** Tells the other instances what to drop from memory: one PUBLISH for all that comes in one turn of the event loop. */
export class Broadcaster {
  readonly #around: BroadcastSurroundings;
  readonly #numbers: MessageNumbers;
  #batch: Batch | null = null;

  constructor(around: BroadcastSurroundings) {
    this.#around = around;
    this.#numbers = new MessageNumbers(around.clock());
  }

  /** Settles when Redis has taken the message. Never rejects. */
  send(invalidation: Invalidation): Promise<Outcome<unknown>> {
    if (this.#batch === null) {
      const invalidations: Invalidation[] = [];
      this.#batch = { invalidations, sent: Promise.resolve().then(() => this.#publish(invalidations)) };
    }
    this.#batch.invalidations.push(invalidation);
    return this.#batch.sent;
  }

  async #publish(invalidations: readonly Invalidation[]): Promise<Outcome<unknown>> {
    this.#batch = null;
    const { transport, events, prefix, instance } = this.#around;
    const targetsOf = (kind: Invalidation['kind']): string[] => [
      ...new Set(invalidations.filter((one) => one.kind === kind).map(({ target }) => target)),
    ];
    const seq = this.#numbers.next();
    const message: InvalidationMessage = {
      v: 1,
      from: instance,
      since: this.#numbers.sinceMs,
      seq,
      keys: targetsOf('key'),
      tags: targetsOf('tag'),
      patterns: targetsOf('pattern'),
      namespaces: targetsOf('version'),
    };
    const text = JSON.stringify(message);
    const outcome = await transport.run((redis) => redis.publish(invalidationChannel(prefix), text));
    if (outcome.isDone) events.emit('broadcast', { direction: 'sent', count: 1 });
    else {
      this.#numbers.takeBack(seq);
      events.emit('fallback', { operation: 'broadcast', code: outcome.code, error: outcome.error });
    }
    return outcome;
  }
}
