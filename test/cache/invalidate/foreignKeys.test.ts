import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { type CacheBench, keptKeys, shopCache, startBench } from '../startCache.ts';

let bench: CacheBench;
beforeAll(async () => {
  bench = await startBench();
});
afterAll(() => bench[Symbol.asyncDispose]());
beforeEach(() => bench.redis.client.flushall());

it('a set over a structure is refused, and leaves it', async () => {
  const cache = shopCache(await bench.connect(), {});
  await cache.hash('basket', { ttlSeconds: 60 }).set('lamp', 1);
  expect(await cache.set('basket', 'text', { ttlSeconds: 60 })).toEqual({ state: 'failed', code: 'refused' });
  expect(await keptKeys(bench.redis.client)).toEqual(['shop:basket']);
  expect(await bench.redis.client.type('shop:basket')).toBe('hash');
});

it('a set over a structure leaves it also in a full Redis', async () => {
  const cache = shopCache(await bench.connect(), {});
  await cache.hash('basket', { ttlSeconds: 60 }).set('lamp', 1);
  await bench.redis.client.config('SET', 'maxmemory', '1');
  try {
    expect(await cache.set('basket', 'text', { ttlSeconds: 60 })).toMatchObject({ state: 'failed' });
    expect(await bench.redis.client.type('shop:basket')).toBe('hash');
  } finally {
    await bench.redis.client.config('SET', 'maxmemory', '0');
  }
});

it('a deletion takes entries alone, also in a full Redis, and an invalidation of a pattern all that it names', async () => {
  const cache = shopCache(await bench.connect(), {});
  await cache.hash('basket', { ttlSeconds: 60 }).set('lamp', 1);
  await cache.set('page', 'text', { ttlSeconds: 60 });
  expect(await cache.delete('basket')).toEqual({ state: 'done', removedCount: 0 });
  await bench.redis.client.config('SET', 'maxmemory', '1');
  try {
    expect(await cache.delete('page')).toEqual({ state: 'done', removedCount: 1 });
  } finally {
    await bench.redis.client.config('SET', 'maxmemory', '0');
  }
  expect(await cache.invalidatePattern('basket')).toEqual({ state: 'done', removedCount: 1 });
});
