import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CacheOptions, GetOrSetOptions } from '#cache/cache.ts';
import { decodeEntry } from '#cache/store/entryFormat.ts';
import { type CacheBench, countOf, shopCache, startBench } from '../startCache.ts';

let bench: CacheBench;
beforeAll(async () => {
  bench = await startBench();
});
afterAll(() => bench[Symbol.asyncDispose]());
beforeEach(async () => void (await bench.redis.client.flushall()));

/** A cache in a time of its own, and a source that can be told what to do. */
async function open(options: Partial<CacheOptions<Record<never, never>>> = {}) {
  let nowMs = 1_800_000_000_000;
  const cache = shopCache(await bench.connect(), {}, { clock: () => nowMs, ...options });
  const load = vi.fn<() => Promise<unknown>>();
  const served: string[] = [];
  let storedCount = 0;
  cache.on('stored', () => {
    storedCount += 1;
  });
  cache.on('staleServed', ({ reason }) => served.push(reason));
  return {
    cache,
    load,
    served,
    read: (more: Partial<GetOrSetOptions> = {}) => cache.getOrSet('x', load, { ttlSeconds: 10, ...more }),
    advance: (ms: number) => {
      nowMs += ms;
    },
    /** Until what was loaded is in Redis, and no longer at hand as something just loaded. */
    settled: async () => {
      await vi.waitFor(() => expect(storedCount).toBeGreaterThan(0));
      await new Promise((resolve) => setImmediate(resolve));
      storedCount = 0;
    },
  };
}

describe('past its freshness', () => {
  it('an entry is loaded anew, and the caller waits', async () => {
    const { load, read, advance, settled, served } = await open();
    load.mockResolvedValueOnce('old').mockResolvedValueOnce('new');
    await read();
    await settled();
    advance(10_001);
    expect(await read()).toBe('new');
    expect(served).toEqual([]);
  });

  it('the old value is served when the source fails, and counted', async () => {
    const { cache, load, read, advance, settled } = await open();
    load.mockResolvedValueOnce('old').mockRejectedValue(new Error('source down'));
    await read();
    await settled();
    advance(10_001);
    expect(await read()).toBe('old');
    expect(await countOf(cache, 'cache_stale_served_total', { reason: 'loadFailed' })).toBe(1);
    expect(await countOf(cache, 'cache_gets_total', { result: 'miss' })).toBe(2);
  });

  it('a source that fails is asked once a second, and not by every caller', async () => {
    const { load, read, advance, settled } = await open();
    load.mockResolvedValueOnce('old').mockRejectedValue(new Error('source down'));
    await read();
    await settled();
    advance(10_001);
    for (let round = 0; round < 5; round += 1) expect(await read()).toBe('old');
    expect(load).toHaveBeenCalledTimes(2);
    advance(1_001);
    for (let round = 0; round < 5; round += 1) expect(await read()).toBe('old');
    expect(load).toHaveBeenCalledTimes(3);
  });

  it('it is kept as long as asked for, and no longer', async () => {
    const { read, load, settled } = await open();
    load.mockResolvedValue('old');
    await read({ staleSeconds: 50 });
    await settled();
    expect(await bench.redis.client.pttl('shop:x')).toBeGreaterThan(58_000);
    expect(await bench.redis.client.pttl('shop:x')).toBeLessThanOrEqual(60_000);
    const none = await open();
    none.load.mockResolvedValue('fresh only');
    await bench.redis.client.flushall();
    await none.read({ staleSeconds: 0 });
    await none.settled();
    expect(await bench.redis.client.pttl('shop:x')).toBeLessThanOrEqual(10_000);
  });

  it('without an old value the failure reaches the caller', async () => {
    const { load, read } = await open();
    load.mockRejectedValue(new Error('source down'));
    await expect(read()).rejects.toThrow('source down');
  });

  it('the old value is served at once where asked for, while one load runs', async () => {
    const { load, read, advance, settled, served, cache } = await open();
    load.mockResolvedValueOnce('old');
    await read({ staleWhileRevalidate: true });
    await settled();
    advance(10_001);
    const source = Promise.withResolvers<string>();
    load.mockReturnValue(source.promise);
    for (let round = 0; round < 5; round += 1) expect(await read({ staleWhileRevalidate: true })).toBe('old');
    await vi.waitFor(() => expect(load).toHaveBeenCalledTimes(2));
    source.resolve('new');
    await vi.waitFor(async () => expect(await read({ staleWhileRevalidate: true })).toBe('new'));
    expect(load).toHaveBeenCalledTimes(2);
    expect(new Set(served)).toEqual(new Set(['revalidating']));
    expect(await countOf(cache, 'cache_gets_total', { result: 'hit' })).toBeGreaterThanOrEqual(6);
  });

  it('the patience of callers with a slow load ends where asked for, and its value is kept all the same', async () => {
    const { load, read, advance, settled, served } = await open();
    load.mockResolvedValueOnce('old');
    await read({ serveStaleAfterMs: 5 });
    await settled();
    advance(10_001);
    const source = Promise.withResolvers<string>();
    load.mockReturnValueOnce(source.promise);
    expect(await read({ serveStaleAfterMs: 5 })).toBe('old');
    expect(served).toEqual(['loadTimeout']);
    source.resolve('new');
    await vi.waitFor(async () => expect(await read({ serveStaleAfterMs: 5 })).toBe('new'));
    expect(load).toHaveBeenCalledTimes(2);
  });
});

describe('a load that hangs', () => {
  it('is given up after loadTimeoutMs, told so, and holds nobody who comes later', async () => {
    const { cache, load, read } = await open();
    const signals: AbortSignal[] = [];
    const hang = (signal: AbortSignal): Promise<never> => {
      signals.push(signal);
      return new Promise(() => {});
    };
    const waiting = [1, 2].map(() => cache.getOrSet('x', hang, { ttlSeconds: 10, loadTimeoutMs: 20 }));
    for (const result of await Promise.allSettled(waiting)) {
      expect(result).toMatchObject({ status: 'rejected', reason: { code: 'loadTimeout', key: 'shop:x' } });
    }
    expect(signals).toHaveLength(1);
    expect(signals[0]?.aborted).toBe(true);
    load.mockResolvedValue('later');
    expect(await read()).toBe('later');
  });

  it('frees its place in the bulkhead', async () => {
    const { cache, read, load } = await open({ loads: { maxConcurrentCount: 1 } });
    const hanging = cache.getOrSet('y', () => new Promise(() => {}), { ttlSeconds: 10, loadTimeoutMs: 20 });
    load.mockResolvedValue('next');
    expect(await read()).toBe('next');
    await expect(hanging).rejects.toMatchObject({ code: 'loadTimeout' });
  });
});

describe('a soft invalidation', () => {
  it('keeps serving the old value while it is refreshed, whatever the policy', async () => {
    const { cache, load, read, settled } = await open();
    load.mockResolvedValueOnce('old');
    await read();
    await settled();
    const ttlBeforeMs = await bench.redis.client.pttl('shop:x');
    expect(await cache.delete('x', { mode: 'soft' })).toEqual({ state: 'done', removedCount: 1 });
    expect(await bench.redis.client.pttl('shop:x')).toBeGreaterThan(ttlBeforeMs - 1_000);
    const source = Promise.withResolvers<string>();
    load.mockReturnValueOnce(source.promise);
    expect(await read()).toBe('old');
    source.resolve('new');
    await vi.waitFor(async () => expect(await read()).toBe('new'));
  });

  it('by tag marks every entry and leaves it listed', async () => {
    const { cache } = await open();
    for (const key of ['a', 'b']) await cache.set(key, `old ${key}`, { ttlSeconds: 10, tags: ['t'] });
    expect(await cache.invalidateTag('t', { mode: 'soft' })).toEqual({ state: 'done', removedCount: 2 });
    expect((await bench.redis.client.smembers('shop:tag:t')).sort()).toEqual(['shop:a', 'shop:b']);
    const load = vi.fn(async () => 'new');
    expect(await cache.getOrSet('a', load, { ttlSeconds: 10, tags: ['t'] })).toBe('old a');
    await vi.waitFor(async () =>
      expect(await cache.getOrSet('a', load, { ttlSeconds: 10, tags: ['t'] })).toBe('new'),
    );
  });

  it('removes what has no header of ours, since it cannot be marked', async () => {
    const { cache } = await open();
    await bench.redis.client.set('shop:plain', 'x'.repeat(100));
    expect(await cache.delete('plain', { mode: 'soft' })).toEqual({ state: 'done', removedCount: 1 });
    expect(await bench.redis.client.exists('shop:plain')).toBe(0);
  });

  it('and a hard one work when Redis is full', async () => {
    const { cache } = await open();
    await cache.set('x', 'old', { ttlSeconds: 10 });
    await cache.set('y', 'old', { ttlSeconds: 10, tags: ['t'] });
    await cache.set('z', 'old', { ttlSeconds: 10 });
    await bench.redis.client.config('SET', 'maxmemory', '1');
    try {
      expect(await cache.delete('x', { mode: 'soft' })).toMatchObject({ state: 'done', removedCount: 1 });
      expect(await cache.invalidateTag('t')).toMatchObject({ state: 'done', removedCount: 1 });
      expect(await cache.delete('z')).toMatchObject({ state: 'done', removedCount: 1 });
    } finally {
      await bench.redis.client.config('SET', 'maxmemory', '0');
    }
    expect(await bench.redis.client.exists('shop:y', 'shop:z')).toBe(0);
    const marked = await bench.redis.client.getBuffer('shop:x');
    expect(marked === null ? null : decodeEntry(marked)?.header.softExpiryAtMs).toBe(0);
  });
});

describe('"not found"', () => {
  it('is kept for its own short time, and is a hit', async () => {
    const { cache, load, read, advance, settled } = await open();
    load.mockResolvedValueOnce(undefined).mockResolvedValue('found');
    const options = { negativeTtlSeconds: 2 };
    expect(await read(options)).toBeUndefined();
    await settled();
    expect(await bench.redis.client.pttl('shop:x')).toBeLessThanOrEqual(2_000);
    expect(await read(options)).toBeUndefined();
    expect(load).toHaveBeenCalledTimes(1);
    expect(await countOf(cache, 'cache_gets_total', { result: 'hit' })).toBe(1);
    advance(2_001);
    expect(await read(options)).toBe('found');
  });

  it('is never served past its time, also not while the source fails', async () => {
    const { load, read, advance, settled } = await open();
    load.mockResolvedValueOnce(undefined).mockRejectedValue(new Error('source down'));
    await read({ negativeTtlSeconds: 2, staleSeconds: 100, staleWhileRevalidate: true });
    await settled();
    advance(2_001);
    await bench.redis.client.unlink('shop:x');
    await expect(read({ negativeTtlSeconds: 2 })).rejects.toThrow('source down');
  });

  it('is replaced by a value that is set', async () => {
    const { cache, load, read, settled } = await open();
    load.mockResolvedValueOnce(undefined);
    await read({ negativeTtlSeconds: 2 });
    await settled();
    await cache.set('x', 'created', { ttlSeconds: 10 });
    expect(await read({ negativeTtlSeconds: 2 })).toBe('created');
  });
});
