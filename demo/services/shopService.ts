import type { Redis } from 'ioredis';
import type { CacheOptions, ClosedCache, CommandHandler, CounterChange } from '#cache/cache.ts';
import type { CounterStep, ShopDatabase } from '#demo/source/shopDatabase.ts';
import type { Ledger } from '#demo/traffic/ledger.ts';

export interface ServiceSurroundings {
  /** The service's own client. */
  readonly redis: Redis;
  readonly source: ShopDatabase;
  readonly ledger: Ledger;
  readonly random: () => number;
  /** Now, epoch ms. */
  readonly clock: () => number;
  /** As operators see it, and where; absent = a name of the cache's own making, and nowhere. */
  readonly instance?: InstancePlace;
}

export interface InstancePlace {
  readonly name: string;
  readonly metricsUrl: string;
  readonly controlUrl: string;
  /** Signs the commands of operators. */
  readonly controlSecret: string;
}

/** What every service of the shop offers besides its own calls. */
export interface ShopService {
  readonly name: string;
  metrics(): Promise<string>;
  /** Throws without an `InstancePlace`. */
  commandHandler(): CommandHandler;
  close(): Promise<ClosedCache>;
}

/** A share of the usual TTL for this call, so that what is warmed up does not expire at once. */
export interface ReadOptions {
  readonly ttlRatio?: number;
}

/** What the caches of all services have in common: the end of the demo waits for none of them for long. */
export function usualOptions({ redis, random, clock, instance }: ServiceSurroundings) {
  const usual = { redis, random, clock, closeFlushMs: 1_000 };
  if (instance === undefined) return { ...usual, announce: {}, control: {} };
  const { name, metricsUrl, controlUrl, controlSecret } = instance;
  return {
    ...{ ...usual, instance: name },
    // Operators see each instance, and may command it, also while Redis is away.
    announce: { metricsUrl, controlUrl },
    control: { secret: controlSecret },
  } satisfies Partial<CacheOptions<Readonly<Record<never, never>>>>;
}

/** Changes of a counter by product, as the database takes them. */
export function counterSteps(changes: readonly CounterChange<'{id}'>[]): CounterStep[] {
  return changes.map(({ fields, by, id, isDirect }) => ({ productId: Number(fields.id), by, id, isDirect }));
}
