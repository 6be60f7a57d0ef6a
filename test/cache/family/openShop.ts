import type { Cluster, Redis } from 'ioredis';
import type { Cache, CacheOptions } from '#cache/cache.ts';
import { shopCache, type TestFamilies } from '../startCache.ts';

/** A cache that waits for Redis as long as a busy machine may take, where an answer without Redis would be another test. */
export function openShop<F extends TestFamilies>(
  redis: Redis | Cluster,
  families: F,
  options: Partial<CacheOptions<F>> = {},
): Cache<F> {
  return shopCache(redis, families, { commandTimeoutMs: 10_000, ...options });
}
