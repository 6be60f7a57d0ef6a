import type { HeldInMemory } from '#cache/memory/heldInMemory.ts';
import { asWriteRefusal } from '#cache/metrics/refusedWrites.ts';
import type { LoadsUnderWay } from '#cache/read/loadsUnderWay.ts';
import type { Outcome } from '#cache/store/redisTransport.ts';
import type { InvalidationMessage } from '#shared/control/invalidationMessage.ts';
import { keyMatcher } from '#shared/keys/namePattern.ts';
import type { Broadcaster } from './broadcaster.ts';
import { GoneMembers } from './goneMembers.ts';
import type { Invalidation, InvalidationResult } from './invalidation.ts';
import type { Removal, RemovalSurroundings } from './removal.ts';
import { removeKey } from './removeKey.ts';
import { removeMatching } from './removeMatching.ts';
import { removeTagged } from './removeTagged.ts';
import type { RetryQueue } from './retryQueue.ts';
import type { Versions } from './versions.ts';

export interface InvalidatorSurroundings extends Omit<RemovalSurroundings, 'gone'> {
  readonly memory: HeldInMemory;
  readonly loads: LoadsUnderWay;
  readonly versions: Versions;
  readonly broadcaster: Broadcaster;
  /** Keeps `close` waiting until the work has ended. */
  track(work: Promise<unknown>): void;
}

/**
 * The one way of an invalidation: out of this process, out of Redis, once more out of this process (a look-up begun meanwhile may
 * have read the old entry), then to the other instances; the sets of other tags are cleaned behind it. What Redis does not confirm is queued and done again.
 */
export class Invalidator {
  readonly #around: InvalidatorSurroundings;
  readonly #retries: RetryQueue;
  readonly #gone: GoneMembers;
  readonly #removal: RemovalSurroundings;

  constructor(around: InvalidatorSurroundings, retries: RetryQueue) {
    this.#around = around;
    this.#retries = retries;
    this.#gone = new GoneMembers(around);
    this.#removal = { ...around, gone: this.#gone };
  }

  async invalidate(invalidation: Invalidation): Promise<InvalidationResult> {
    this.#around.events.emit('invalidated', { source: invalidation.source });
    const { removedCount, failed } = await this.apply(invalidation);
    if (failed === null) return { state: 'done', removedCount };
    const state = this.#retries.add(invalidation, failed.code) ? 'queued' : 'failed';
    return { state, code: failed.code, removedCount };
  }

  /** One attempt, for `invalidate` and for the retries. */
  async apply(asked: Invalidation): Promise<Removal> {
    this.drop(asked);
    const named = await this.#named(asked);
    const invalidation = named.isDone ? named.reply : asked;
    const removal = named.isDone
      ? await this.#removeFromRedis(invalidation)
      : { removedCount: 0, failed: named };
    this.drop(asked);
    const { failed, removedCount } = removal;
    if (failed !== null) {
      this.#around.events.emit('fallback', {
        operation: operations[invalidation.kind],
        code: failed.code,
        error: failed.error,
      });
      // The others are to drop it all the same: a Redis that takes no writes relays messages, and may do so for long.
      if (asWriteRefusal(failed.code) !== null) await this.#around.broadcaster.send(invalidation);
      this.#gone.clean();
      return removal;
    }
    const sent = await this.#around.broadcaster.send(invalidation);
    this.#gone.clean();
    return sent.isDone ? removal : { removedCount, failed: sent };
  }

  /** Another instance invalidated: out of this process. Null = a message that says we know not what. */
  hear(message: InvalidationMessage | null): void {
    if (message === null) {
      this.dropAll();
      return;
    }
    const heard = (kind: Invalidation['kind'], targets: readonly string[]): void => {
      for (const target of targets) this.drop({ kind, target });
    };
    heard('key', message.keys);
    heard('tag', message.tags);
    heard('pattern', message.patterns);
    heard('version', message.namespaces);
  }

  /** Takes it out of memory and fences the loads under way. */
  drop({ kind, target }: Pick<Invalidation, 'kind' | 'target'>): void {
    const { memory, loads, versions } = this.#around;
    switch (kind) {
      case 'key':
        for (const name of versions.namesHere(target)) {
          loads.invalidateKey(name);
          memory.invalidateKey(name);
        }
        return;
      case 'tag':
        loads.invalidateTag(target);
        memory.invalidateTag(target);
        return;
      case 'pattern': {
        const isMeant = keyMatcher(target);
        loads.invalidateWhere(isMeant);
        memory.invalidateWhere(isMeant);
        return;
      }
      case 'version':
        versions.forget(target);
        return;
    }
  }

  dropAll(): void {
    const { memory, loads, versions } = this.#around;
    loads.invalidateWhere(() => true);
    memory.invalidateWhere(() => true);
    versions.forgetAll();
  }

  /** With the name that its key has in Redis now, where that was not known when it was asked for. */
  async #named(asked: Invalidation): Promise<Outcome<Invalidation>> {
    if (asked.kind !== 'key') return { isDone: true, reply: asked };
    const name = await this.#around.versions.nameNow(asked.target);
    return name.isDone ? { isDone: true, reply: { ...asked, target: name.reply } } : name;
  }

  async #removeFromRedis(invalidation: Invalidation): Promise<Removal> {
    switch (invalidation.kind) {
      case 'key':
        return removeKey(this.#removal, invalidation);
      case 'tag':
        return removeTagged(this.#removal, invalidation);
      case 'pattern':
        return removeMatching(this.#removal, invalidation);
      case 'version': {
        const raised = await this.#around.versions.raise(invalidation.target);
        return { removedCount: 0, failed: raised.isDone ? null : raised };
      }
    }
  }
}

const operations = {
  key: 'delete',
  tag: 'invalidateTag',
  pattern: 'invalidatePattern',
  version: 'version',
} as const;
