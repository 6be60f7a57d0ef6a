import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type CacheBench, countOf, shopCache, startBench } from '../startCache.ts';

let bench: CacheBench;
beforeEach(async () => {
  bench = await startBench();
});
afterEach(() => bench[Symbol.asyncDispose]());

describe('while Redis is away', () => {
  it('loads, throws nothing, and counts each fallback', async () => {
    const redis = await bench.connect();
    const cache = shopCache(redis, {});
    await bench.redis.kill();
    await vi.waitFor(() => expect(redis.status).not.toBe('ready'));
    const load = vi.fn(async () => 'from the source');
    expect(await cache.getOrSet('x', load, { ttlSeconds: 60, tags: ['a'] })).toBe('from the source');
    expect(await cache.getOrSet('y', load, { ttlSeconds: 60 })).toBe('from the source');
    expect(load).toHaveBeenCalledTimes(2);
    expect(await cache.set('x', 1, { ttlSeconds: 60 })).toMatchObject({
      state: 'failed',
      code: 'unreachable',
    });
    expect(await cache.delete('x')).toMatchObject({ state: 'queued', code: 'unreachable' });
    expect(await cache.invalidateTag('a')).toMatchObject({ state: 'queued' });
    expect(await countOf(cache, 'cache_errors_total', { code: 'unreachable', operation: 'get' })).toBe(2);
    expect(await countOf(cache, 'cache_gets_total', { result: 'miss' })).toBe(2);
  });

  it('serves from Redis again once it is back', async () => {
    const redis = await bench.connect();
    const cache = shopCache(redis, {});
    await bench.redis.kill();
    await vi.waitFor(() => expect(redis.status).not.toBe('ready'));
    await bench.redis.restart();
    await vi.waitFor(() => expect(redis.status).toBe('ready'), 5_000);
    await cache.set('x', 1, { ttlSeconds: 60, tags: ['a'] });
    expect(await cache.getOrSet('x', async () => 2, { ttlSeconds: 60 })).toBe(1);
  });

  it('takes one command timeout from a hang, not one from each caller', async () => {
    const redis = await bench.connect();
    const cache = shopCache(redis, {}, { commandTimeoutMs: 100 });
    await cache.set('x', 'stored', { ttlSeconds: 60 });
    bench.redis.hang();
    const load = async () => 'loaded';
    const startedAt = performance.now();
    for (let index = 0; index < 20; index += 1) {
      expect(await cache.getOrSet(`k${index}`, load, { ttlSeconds: 60 })).toBe('loaded');
    }
    expect(performance.now() - startedAt).toBeLessThan(500);
    bench.redis.resume();
    await vi.waitFor(async () => expect(await cache.getOrSet('x', load, { ttlSeconds: 60 })).toBe('stored'));
    expect(await countOf(cache, 'cache_errors_total', { code: 'timeout' })).toBeLessThan(8);
    expect(await countOf(cache, 'cache_errors_total', { code: 'breakerOpen' })).toBeGreaterThan(10);
  });

  it('goes on without storing when Redis has no memory left', async () => {
    const cache = shopCache(await bench.connect(), {});
    await bench.redis.client.config('SET', 'maxmemory', '1');
    expect(await cache.getOrSet('x', async () => 1, { ttlSeconds: 60 })).toBe(1);
    expect(await cache.getOrSet('y', async () => 1, { ttlSeconds: 60, tags: ['a'] })).toBe(1);
    await cache.close();
    expect(await countOf(cache, 'cache_errors_total', { code: 'outOfMemory', operation: 'set' })).toBe(2);
  });

  it('goes straight to the loader after close, and does not tell it to stop', async () => {
    const cache = shopCache(await bench.connect(), {});
    await cache.set('x', 'stored', { ttlSeconds: 60 });
    const seen: boolean[] = [];
    await cache.close();
    const load = async (signal: AbortSignal) => {
      seen.push(signal.aborted);
      return 'loaded';
    };
    expect(await cache.getOrSet('x', load, { ttlSeconds: 60 })).toBe('loaded');
    expect(seen).toEqual([false]);
  });
});
