import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { counter, createCache } from '#cache/cache.ts';
import { metricNames } from '#shared/metricNames.ts';
import { type CacheBench, countOf, startBench } from '../startCache.ts';

const MINUTE_MS = 60_000;

let bench: CacheBench;
beforeAll(async () => {
  bench = await startBench();
});
afterAll(() => bench[Symbol.asyncDispose]());
beforeEach(() => bench.redis.client.flushall());

async function openCache(options: { readonly clock: () => number }) {
  const stock = counter({
    key: 'stock:{id}',
    ttlSeconds: 600,
    load: async () => 0,
    flush: async () => {},
    flushIntervalMs: MINUTE_MS,
  });
  return createCache({
    ...{ redis: await bench.connect(), service: 'shop', families: {}, counters: { stock } },
    ...{ instance: 'test', closeFlushMs: 0, ...options },
  });
}

type OpenCache = Awaited<ReturnType<typeof openCache>>;
const queuedCount = (cache: OpenCache) => countOf(cache, metricNames.writeBehindQueued);
const ageSeconds = (cache: OpenCache) => countOf(cache, metricNames.writeBehindOldestAge);

describe('the age of the oldest change', () => {
  it('does not grow with the time since it was read: the change may have been flushed meanwhile', async () => {
    let aheadMs = 0;
    const cache = await openCache({ clock: () => Date.now() + aheadMs });
    await cache.stock.increment({ id: 1 });
    aheadMs += MINUTE_MS;
    await vi.waitFor(async () => {
      aheadMs += MINUTE_MS;
      expect(await queuedCount(cache)).toBe(1);
    });
    aheadMs += MINUTE_MS;
    expect(await ageSeconds(cache)).toBeLessThan(60);
    await cache.close();
  });

  it('is that of the clock of Redis, whatever this process takes for now', async () => {
    let aheadMs = 10 * MINUTE_MS;
    const cache = await openCache({ clock: () => Date.now() + aheadMs });
    await cache.stock.increment({ id: 1 });
    await vi.waitFor(async () => {
      aheadMs += MINUTE_MS;
      expect(await queuedCount(cache)).toBe(1);
    });
    expect(await ageSeconds(cache)).toBeLessThan(60);
    await cache.close();
  });
});
