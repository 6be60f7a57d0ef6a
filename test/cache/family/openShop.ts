import type { Cluster, Redis } from 'ioredis';
import type { Cache, CacheOptions } from '#cache/cache.ts';
import { shopCache, type TestFamilies } from '../startCache.ts';

/** A cache that waits for Redis as long as a busy machine may take, where an answer without Redis would be another test. */
export function openShop<F extends TestFamilies>(
  redis: Redis | Cluster,
  families: F,
  options: Partial<CacheOptions<F>> = {},
): Cache<F> {
  const patience = { commandTimeoutMs: 10_000, breaker: { slowCallRatio: Number.POSITIVE_INFINITY } };
  return shopCache(redis, families, { ...patience, ...options });
}
