import { randomUUID } from 'node:crypto';
import { CacheError, type CacheErrorCode } from '#cache/cacheError.ts';
import type { Invalidator } from '#cache/invalidate/invalidator.ts';
import type { RetryOptions } from '#cache/invalidate/retryQueue.ts';
import type { Versions } from '#cache/invalidate/versions.ts';
import type { Families } from '#cache/keys/family.ts';
import type { CacheEvents } from '#cache/metrics/cacheEvents.ts';
import type { Outcome } from '#cache/store/redisTransport.ts';
import type { EventEnvelope } from '#shared/control/eventEnvelope.ts';
import { parseOpenKey } from '#shared/keys/openKey.ts';
import { checkPayload, payloadToJson } from './checkPayload.ts';
import { EventApplier } from './eventApplier.ts';
import type {
  BusSurroundings,
  EventBus,
  EventBusAdapter,
  Subscription,
  SubscriptionSnapshot,
} from './eventBus.ts';
import type { EventContract, EventContracts, PayloadOf } from './eventContract.ts';
import { type FamilyKey, type KeyNames, prepareKeyNames } from './keyNames.ts';
import { prepareTargets } from './prepareTargets.ts';
import { PublishQueue } from './publishQueue.ts';

/** The options of a cache that has declared events. */
export interface EventOptions<F extends Families, E extends EventContracts> {
  /** Contracts by the name of the event, or a function that makes them and is given names of entries by family. @default none */
  readonly events?: E | ((keyOf: KeyNames<F>) => E);
  /** @default redisStreamBus() */
  readonly eventBus?: EventBusAdapter;
}

/**
 * What became of a publication. `queued`: the bus has not confirmed it, and it is tried again until it does. `failed`: likewise,
 * and the cache is closed.
 */
export type PublishResult =
  | { readonly state: 'published'; readonly id: string }
  | { readonly state: 'queued' | 'failed'; readonly id: string; readonly code: CacheErrorCode };

/** The calls of a cache that has declared events. */
export interface EventCalls<E extends EventContracts> {
  /**
   * Tells all services that have declared the event, this one included; call it after the change is committed. What it
   * invalidates leaves the memory of this instance at once, and Redis when an instance has applied it. Throws `unknownEvent`,
   * and `invalidValue` for a payload that does not fit; never because Redis is away.
   */
  publish<Name extends keyof E & string>(name: Name, payload: PayloadOf<E[Name]>): Promise<PublishResult>;
}

export interface EventsSnapshot {
  /** Null = unknown, or the service takes no events. */
  readonly subscription: SubscriptionSnapshot | null;
  /** Published here, and not yet confirmed by the bus. */
  readonly queuedCount: number;
  /** Arrived at this instance, and not declared by the service. */
  readonly ignoredCount: number;
}

export interface EventSurroundings extends BusSurroundings {
  readonly events: CacheEvents;
  readonly invalidator: Pick<Invalidator, 'invalidate' | 'drop'>;
  readonly versions: Pick<Versions, 'readNow'>;
  readonly prefix: string;
  readonly service: string;
  /** Best one that stays over a restart: then what the last run had left is taken up at once. */
  readonly instance: string;
  readonly retry: RetryOptions;
}

export interface EventDeclarations {
  readonly families: Families;
  readonly contracts: EventContracts;
  readonly bus: EventBusAdapter;
}

/** The contracts of a cache, whichever way they were given. */
export function prepareContracts<F extends Families, E extends EventContracts>(
  families: F,
  events: E | ((keyOf: KeyNames<F>) => E),
): E {
  return typeof events === 'function' ? events(prepareKeyNames(families)) : events;
}

/** The declared events of one cache: publishes them, and applies those of all services to its own entries. */
export class DeclaredEvents implements EventCalls<EventContracts> {
  readonly #around: EventSurroundings;
  readonly #declared: EventDeclarations;
  readonly #bus: EventBus;
  readonly #queue: PublishQueue;
  readonly #applier: EventApplier;
  #subscription: Subscription | null = null;
  #isClosed = false;

  constructor(around: EventSurroundings, declared: EventDeclarations) {
    const { events, invalidator, prefix, clock, retry } = around;
    this.#around = around;
    this.#declared = declared;
    this.#bus = declared.bus.open(around);
    this.#queue = new PublishQueue({
      options: retry,
      publish: (envelope) => this.#give(envelope),
      published: (envelope) => this.#emit(envelope.event, 'published'),
      dropped: (envelope) => this.#emit(envelope.event, 'failed'),
    });
    this.#applier = new EventApplier({
      ...{ events, invalidator, prefix, clock, contracts: declared.contracts },
      nameOf: (key) => this.#nameOf(key),
    });
  }

  /** The stream that its events are kept in, in the Redis of the cache; null = they are kept elsewhere. */
  get stream(): string | null {
    return this.#bus.stream ?? null;
  }

  /** Begins to take events, where a contract says what one of them invalidates. */
  start(): void {
    const { service, instance, events } = this.#around;
    const isTaking = Object.values(this.#declared.contracts).some(({ invalidates }) => invalidates);
    if (!isTaking || this.#subscription !== null) return;
    this.#subscription = this.#bus.subscribe({
      service,
      instance,
      handle: (deliveries) => this.#applier.handle(deliveries),
      lost: (count) => this.#emit(NAMELESS, 'lost', count),
      deadLettered: (envelope) => this.#emit(this.#labelOf(envelope), 'deadLettered'),
      failed: (code, error) => events.emit('fallback', { operation: 'event', code, error }),
    });
  }

  async publish(name: string, payload: unknown): Promise<PublishResult> {
    const atMs = this.#around.clock();
    const contract = this.#contractOf(name);
    const checked = await checkPayload(name, contract, payload);
    const envelope: EventEnvelope = {
      ...{ v: 1, id: randomUUID(), event: name, source: this.#around.service, seq: null },
      ...{ instance: this.#around.instance, atMs },
      payloadJson: payloadToJson(name, checked),
    };
    const { id } = envelope;
    await this.#dropFromMemory(contract, checked);
    if (this.#isClosed) return this.#queueUp(envelope, 'closed');
    const outcome = await this.#give(envelope);
    if (!outcome.isDone) {
      this.#around.events.emit('fallback', {
        operation: 'event',
        code: outcome.code,
        error: outcome.error,
      });
      return this.#queueUp(envelope, outcome.code);
    }
    this.#emit(name, 'published');
    return { state: 'published', id };
  }

  /** Tries at once what waits to be published: Redis is back. */
  retry(): Promise<void> {
    return this.#queue.run();
  }

  async snapshot(): Promise<EventsSnapshot> {
    return {
      subscription: (await this.#subscription?.snapshot()) ?? null,
      queuedCount: this.#queue.queuedCount,
      ignoredCount: this.#applier.ignoredCount,
    };
  }

  /** Publications that the bus has not confirmed; once closed, those lost with the process. */
  get unconfirmedCount(): number {
    return this.#queue.unconfirmedCount;
  }

  /** Ends within one batch, and publishes once more what waits. Returns how many publications are lost with the process. */
  async close(): Promise<number> {
    this.#isClosed = true;
    const [lostCount] = await Promise.all([this.#queue.close(), this.#subscription?.close()]);
    this.#bus.close();
    return lostCount;
  }

  /** A bus of the service's own may reject, against its contract: not confirmed, like any other failure. */
  async #give(envelope: EventEnvelope): Promise<Outcome<unknown>> {
    try {
      return await this.#bus.publish(envelope);
    } catch (error) {
      return { isDone: false, code: 'wentWrong', error };
    }
  }

  #queueUp(envelope: EventEnvelope, code: CacheErrorCode): PublishResult {
    const { id } = envelope;
    if (this.#queue.add(envelope)) return { state: 'queued', id, code };
    this.#emit(envelope.event, 'failed');
    return { state: 'failed', id, code };
  }

  /** A contract that fails here fails where the event is applied, and is counted there: the change has happened all the same. */
  async #dropFromMemory(contract: EventContract<unknown>, payload: unknown): Promise<void> {
    if (contract.invalidates === undefined) return;
    const { prefix, invalidator } = this.#around;
    try {
      const nameOf = (key: FamilyKey): Promise<string | null> => this.#nameOf(key);
      const targets = await prepareTargets({ prefix, nameOf }, contract.invalidates(payload));
      for (const target of targets ?? []) invalidator.drop(target);
    } catch (error) {
      const code = error instanceof CacheError ? error.code : 'wentWrong';
      this.#around.events.emit('fallback', { operation: 'event', code, error });
    }
  }

  async #nameOf({ family, fields }: FamilyKey): Promise<string | null> {
    const declared = Object.hasOwn(this.#declared.families, family)
      ? this.#declared.families[family]
      : undefined;
    if (declared === undefined) throw new CacheError('unknownFamily', `No family "${family}" is declared.`);
    const { prefix, versions } = this.#around;
    const { template, namespace } = declared;
    const key = prefix + template.build(fields);
    if (namespace === undefined) return key;
    const name = `${key}:v${await versions.readNow(namespace)}`;
    // An open key means something to this process alone, and the message comes again.
    return parseOpenKey(name) === null ? name : null;
  }

  #contractOf(name: string): EventContract<unknown> {
    const { contracts } = this.#declared;
    const contract = Object.hasOwn(contracts, name) ? contracts[name] : undefined;
    if (contract !== undefined) return contract;
    const known = Object.keys(contracts).join(', ');
    throw new CacheError('unknownEvent', `No event "${name}" is declared. Declared are: ${known || 'none'}.`);
  }

  /** Names that others give are no labels of ours: each would be a series. */
  #labelOf(envelope: EventEnvelope | null): string {
    if (envelope === null || !Object.hasOwn(this.#declared.contracts, envelope.event)) return NAMELESS;
    return envelope.event;
  }

  #emit(event: string, state: 'published' | 'failed' | 'lost' | 'deadLettered', count = 1): void {
    this.#around.events.emit('event', { event, state, count, lagMs: null, fanOut: 0 });
  }
}

/** The label of events that have no name here. */
const NAMELESS = 'other';
