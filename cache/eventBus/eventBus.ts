import type { CacheErrorCode } from '#cache/cacheError.ts';
import type { RedisClient } from '#cache/store/redisClient.ts';
import type { Outcome, RedisTransport } from '#cache/store/redisTransport.ts';
import type { EventEnvelope } from '#shared/control/eventEnvelope.ts';

/** One envelope as a service gets it. */
export interface Delivery {
  /** Null = it cannot be read: damaged, or of a later format. */
  readonly envelope: EventEnvelope | null;
  /** How often it has been delivered to the service, this time included; 1 at first. */
  readonly deliveryCount: number;
}

/** What became of a delivery. `later`: it cannot be said yet. `failed`: it was the event's own fault. */
export type Verdict =
  | { readonly state: 'done' | 'later' }
  | { readonly state: 'failed'; readonly reason: string };

/** A service that takes part, through one of its instances. Its methods neither throw nor reject. */
export interface Subscriber {
  /** Each event is handled by one instance of each service. */
  readonly service: string;
  readonly instance: string;
  /** A verdict for each delivery, in their order. */
  handle(deliveries: readonly Delivery[]): Promise<readonly Verdict[]>;
  /** So many events were dropped by the bus before the service was given them; told once. */
  lost(count: number): void;
  /** It failed too often and is not delivered again. */
  deadLettered(envelope: EventEnvelope | null, reason: string): void;
  /** The bus does not answer; it is asked again. */
  failed(code: CacheErrorCode, error: unknown): void;
}

/** How a service stands with the bus. */
export interface SubscriptionSnapshot {
  /** Not yet delivered to any instance of the service. */
  readonly undeliveredCount: number;
  /** Delivered, and neither done nor dead. */
  readonly pendingCount: number;
  /** Dropped by the bus before the service was given them, since it first took part. */
  readonly lostCount: number;
  readonly deadLetterCount: number;
}

export interface Subscription {
  /** Ends after the batch under way; what it leaves undone goes to another instance, or comes back later. */
  close(): Promise<void>;
  /** Null = unknown, because the bus does not answer. */
  snapshot(): Promise<SubscriptionSnapshot | null>;
}

/**
 * Brings every envelope at least once to every service that has subscribed, also to one that is down meanwhile. Order is not
 * promised. What is not done is delivered again; what fails too often is put aside and never holds up the rest.
 */
export interface EventBus {
  /** The stream that keeps its events in the Redis of the cache; absent = they are kept elsewhere. */
  readonly stream?: string;
  /** Settles when the bus has it for good, or cannot say so. Never rejects. The same envelope may be published again. */
  publish(envelope: EventEnvelope): Promise<Outcome<unknown>>;
  /** A service that subscribes for the first time gets what is published from then on. */
  subscribe(subscriber: Subscriber): Subscription;
  /** Ends what was opened for it. */
  close(): void;
}

export interface BusSurroundings {
  readonly transport: RedisTransport;
  readonly redis: RedisClient;
  readonly clock: () => number;
  readonly random: () => number;
  pause(ms: number): Promise<void>;
}

/** A kind of bus, to be opened by the cache that uses it. */
export interface EventBusAdapter {
  open(around: BusSurroundings): EventBus;
}
