import type { Redis } from 'ioredis';
import type { CacheOptions, ClosedCache, CounterChange } from '#cache/cache.ts';
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
  /** As operators see it; absent = a name of the cache's own making. */
  readonly instance?: string;
  /** Where its metrics can be read; absent = nowhere. */
  readonly metricsUrl?: string;
}

/** What every service of the shop offers besides its own calls. */
export interface ShopService {
  readonly name: string;
  metrics(): Promise<string>;
  close(): Promise<ClosedCache>;
}

/** A share of the usual TTL for this call, so that what is warmed up does not expire at once. */
export interface ReadOptions {
  readonly ttlRatio?: number;
}

/** What the caches of all services have in common: the end of the demo waits for none of them for long. */
export function usualOptions({ redis, random, clock, instance, metricsUrl }: ServiceSurroundings) {
  return {
    ...{ redis, random, clock, closeFlushMs: 1_000 },
    ...(instance === undefined ? {} : { instance }),
    // Operators see each instance, and may command it.
    announce: metricsUrl === undefined ? {} : { metricsUrl },
    control: {},
  } satisfies Partial<CacheOptions<Readonly<Record<never, never>>>>;
}

/** Changes of a counter by product, as the database takes them. */
export function counterSteps(changes: readonly CounterChange<'{id}'>[]): CounterStep[] {
  return changes.map(({ fields, by, id, isDirect }) => ({ productId: Number(fields.id), by, id, isDirect }));
}
