import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { z } from 'zod';
import { type Cache, family } from '#cache/cache.ts';
import { metricNames } from '#shared/metricNames.ts';
import { missReasons } from '#shared/traffic/missReason.ts';
import { type CacheBench, countOf, shopCache, startBench } from '../startCache.ts';

let bench: CacheBench;
beforeAll(async () => {
  bench = await startBench();
});
afterAll(() => bench[Symbol.asyncDispose]());
beforeEach(async () => void (await bench.redis.client.flushall()));

const TTL = { ttlSeconds: 60 };

/** The reasons that were counted, with their counts. */
async function reasonsOf(cache: Pick<Cache<Record<never, never>>, 'metrics'>) {
  const counts = await Promise.all(
    missReasons.map(
      async (reason) => [reason, await countOf(cache, metricNames.misses, { reason })] as const,
    ),
  );
  return Object.fromEntries(counts.filter(([, count]) => count > 0));
}

it('an entry that is not there is absent, and a hit has no reason', async () => {
  const cache = shopCache(await bench.connect(), {});
  await cache.getOrSet('x', async () => 1, { ...TTL, pattern: 'x' });
  await cache.getOrSet('x', async () => 1, { ...TTL, pattern: 'x' });
  expect(await countOf(cache, metricNames.misses, { key_pattern: 'shop:x', reason: 'absent' })).toBe(1);
  expect(await reasonsOf(cache)).toEqual({ absent: 1 });
});

it('all who wait for one load miss for its reason', async () => {
  const cache = shopCache(await bench.connect(), {});
  const { promise, resolve } = Promise.withResolvers<number>();
  const calls = [1, 2, 3].map(() => cache.getOrSet('x', () => promise, TTL));
  resolve(1);
  await Promise.all(calls);
  expect(await reasonsOf(cache)).toEqual({ absent: 3 });
});

it('a load that fails had a reason as well', async () => {
  const cache = shopCache(await bench.connect(), {});
  const fail = cache.getOrSet('x', () => Promise.reject(new Error('source down')), TTL);
  await expect(fail).rejects.toThrow('source down');
  expect(await reasonsOf(cache)).toEqual({ absent: 1 });
});

it('an entry past its life is expired', async () => {
  let nowMs = Date.now();
  const cache = shopCache(await bench.connect(), {}, { clock: () => nowMs });
  await cache.set('x', 1, { ttlSeconds: 10, staleSeconds: 60 });
  nowMs += 20_000;
  expect(await cache.getOrSet('x', async () => 2, { ttlSeconds: 10 })).toBe(2);
  expect(await reasonsOf(cache)).toEqual({ expired: 1 });
});

it('what an invalidation hides that has yet to reach Redis is invalidated', async () => {
  const cache = shopCache(await bench.connect(), {});
  await cache.set('x', 'old', TTL);
  await bench.redis.client.config('SET', 'min-replicas-to-write', '1');
  expect(await cache.delete('x')).toMatchObject({ state: 'queued' });
  expect(await cache.getOrSet('x', async () => 'new', TTL)).toBe('new');
  await bench.redis.client.config('SET', 'min-replicas-to-write', '0');
  expect(await reasonsOf(cache)).toEqual({ invalidated: 1 });
});

it('what cannot be used says why', async () => {
  const price = family({
    key: 'price:{id}',
    ttlSeconds: 60,
    schema: z.object({ cents: z.number() }),
    load: async () => ({ cents: 5 }),
  });
  const cache = shopCache(await bench.connect(), { price });
  await bench.redis.client.set('shop:price:1', '{"from":"another program"}');
  await cache.price.get({ id: 1 });
  await cache.set('price:2', { cents: 'five' }, TTL);
  await cache.price.get({ id: 2 });
  expect(await reasonsOf(cache)).toEqual({ undecodable: 1, invalid: 1 });
  expect(await countOf(cache, metricNames.misses, { key_pattern: 'shop:price:{id}' })).toBe(2);
});

it('a Redis that does not answer is an error', async () => {
  const client = await bench.connect();
  const cache = shopCache(client, {});
  client.disconnect();
  expect(await cache.getOrSet('x', async () => 1, TTL)).toBe(1);
  expect(await reasonsOf(cache)).toEqual({ error: 1 });
});

it('each layer counts by pattern', async () => {
  const cache = shopCache(await bench.connect(), {});
  await cache.getOrSet('x', async () => 1, { ...TTL, pattern: 'x' });
  const labels = { key_pattern: 'shop:x', layer: 'l2', result: 'miss' };
  expect(await countOf(cache, metricNames.layerGets, labels)).toBe(1);
});
