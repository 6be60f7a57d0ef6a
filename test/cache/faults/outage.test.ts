import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CacheOptions } from '#cache/cache.ts';
import { seededRandom } from '#demo/source/seededRandom.ts';
import { type CacheBench, shopCache, startBench } from '../startCache.ts';

let bench: CacheBench;
beforeEach(async () => {
  bench = await startBench();
});
afterEach(() => bench[Symbol.asyncDispose]());

/** A busy machine is no slow Redis: only its absence counts here. */
const unhurried = { commandTimeoutMs: 30_000, breaker: { slowCallMs: 30_000 } };

/** A cache in a time of its own, and a source that counts what it is asked. */
async function openOutage(options: Partial<CacheOptions<Record<never, never>>> = {}) {
  const redis = await bench.connect();
  let nowMs = 1_800_000_000_000;
  const source = { loadCount: 0, activeCount: 0, mostActiveCount: 0 };
  const cache = shopCache(redis, {}, { clock: () => nowMs, ...unhurried, ...options });
  const load = async (): Promise<string> => {
    source.loadCount += 1;
    source.activeCount += 1;
    source.mostActiveCount = Math.max(source.mostActiveCount, source.activeCount);
    await new Promise((resolve) => setImmediate(resolve));
    source.activeCount -= 1;
    return 'value'.repeat(20);
  };
  return {
    redis,
    cache,
    source,
    read: (key: string) => cache.getOrSet(key, load, { ttlSeconds: 30, pattern: 'k:{id}' }),
    advance: (ms: number) => {
      nowMs += ms;
    },
    killRedis: async () => {
      await bench.redis.kill();
      await vi.waitFor(() => expect(redis.status).not.toBe('ready'));
    },
  };
}

describe('while Redis is away', () => {
  it('the loader is never called more often at one time than the bulkhead allows', async () => {
    const { source, read, killRedis } = await openOutage({
      loads: { maxConcurrentCount: 5, maxWaitingCount: 20, waitTimeoutMs: 10_000 },
    });
    await killRedis();
    const results = await Promise.allSettled(Array.from({ length: 100 }, (_, index) => read(`k:${index}`)));
    expect(source.mostActiveCount).toBe(5);
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(25);
    for (const result of results) {
      if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'overloaded' });
    }
  });

  it('what was loaded is served again from memory, for a while and within its bounds', async () => {
    const { source, read, killRedis, advance } = await openOutage({ fallback: { maxEntries: 3 } });
    await killRedis();
    for (let round = 0; round < 5; round += 1) await read('k:1');
    expect(source.loadCount).toBe(1);
    advance(10_001);
    await read('k:1');
    expect(source.loadCount).toBe(2);
    for (let index = 2; index <= 4; index += 1) await read(`k:${index}`);
    await read('k:1');
    expect(source.loadCount).toBe(6);
  });

  it('an old value from memory is better than none', async () => {
    const { cache, read, killRedis, advance } = await openOutage();
    await killRedis();
    await read('k:1');
    advance(10_001);
    const failing = cache.getOrSet('k:1', () => Promise.reject(new Error('source down')), {
      ttlSeconds: 30,
    });
    expect(await failing).toBe('value'.repeat(20));
  });

  it('no value outlives its time: what was asked for ends with it', async () => {
    const { cache, killRedis, advance } = await openOutage();
    await killRedis();
    const failing = () =>
      cache.getOrSet('k:1', () => Promise.reject(new Error('source down')), { ttlSeconds: 30 });
    await cache.getOrSet('k:1', async () => 'kept', { ttlSeconds: 30, staleSeconds: 60 });
    advance(80_000);
    expect(await failing()).toBe('kept');
    advance(10_000);
    await expect(failing()).rejects.toThrow('source down');
  });

  it('what was kept in its place goes when Redis speaks of the key again', async () => {
    const { redis, cache, read } = await openOutage();
    const evalsha = vi.spyOn(redis, 'evalsha').mockRejectedValue(new Error('Connection is closed.'));
    const text = vi.spyOn(redis, 'eval').mockRejectedValue(new Error('Connection is closed.'));
    await read('k:1');
    evalsha.mockRestore();
    text.mockRestore();
    const load = async () => 'new';
    expect(await cache.getOrSet('k:1', load, { ttlSeconds: 30 })).toBe('new');
    const away = vi.spyOn(redis, 'getBuffer').mockRejectedValue(new Error('Connection is closed.'));
    const failing = () => Promise.reject(new Error('source down'));
    await expect(cache.getOrSet('k:1', failing, { ttlSeconds: 30 })).rejects.toThrow('source down');
    away.mockRestore();
  });

  it('ten minutes of it leave the heap within bounds', { timeout: 120_000 }, async () => {
    setFlagsFromString('--expose-gc');
    const collectGarbage: () => void = runInNewContext('gc');
    const { cache, read, killRedis, advance } = await openOutage();
    const dropped = vi.fn();
    cache.on('retry', ({ state }) => state === 'dropped' && dropped());
    await killRedis();
    const minute = async (index: number): Promise<void> => {
      for (let second = 0; second < 60; second += 1) {
        const keys = Array.from({ length: 100 }, (_, nth) => `k:${index}:${second}:${nth}`);
        await Promise.all(keys.map(read));
        await Promise.all(keys.slice(0, 30).map((key) => cache.delete(key)));
        advance(1_000);
      }
    };
    // What fills up to its bound does so in the first minutes.
    for (let index = 0; index < 6; index += 1) await minute(index);
    collectGarbage();
    const before = process.memoryUsage().heapUsed;
    for (let index = 6; index < 10; index += 1) await minute(index);
    collectGarbage();
    const grownBytes = process.memoryUsage().heapUsed - before;
    expect(grownBytes).toBeLessThan(4 * 1_048_576);
    // 18,000 invalidations against a queue of 10,000: none is lost in silence.
    expect(dropped).toHaveBeenCalledTimes(8_000);
  });
});

describe('after Redis came back empty', () => {
  it('the source sees at most twice its usual load until the cache is warm', {
    timeout: 120_000,
  }, async () => {
    const { redis, cache, source, read, killRedis, advance } = await openOutage({
      surge: { ratio: 2, minimumPerSecond: 1 },
      fallback: null,
    });
    const random = seededRandom(7);
    let shedCount = 0;
    /** One second of traffic: how many loads it cost. */
    const second = async (): Promise<number> => {
      const before = source.loadCount;
      const keys = Array.from({ length: 200 }, () => `k:${Math.floor(random() ** 3 * 2_000)}`);
      const results = await Promise.allSettled(keys.map(read));
      shedCount += results.filter(({ status }) => status === 'rejected').length;
      advance(1_000);
      return source.loadCount - before;
    };
    const seconds = async (count: number): Promise<number[]> => {
      const loads: number[] = [];
      for (let index = 0; index < count; index += 1) loads.push(await second());
      return loads;
    };
    await seconds(90);
    const usual = (await seconds(60)).reduce((sum, loads) => sum + loads, 0) / 60;
    expect(shedCount).toBe(0);
    await killRedis();
    await seconds(30);
    expect(shedCount).toBeGreaterThan(0);
    await bench.redis.restart();
    await vi.waitFor(() => expect(redis.status).toBe('ready'), 10_000);
    let isClosed = false;
    cache.on('breaker', ({ to }) => {
      isClosed = to === 'closed';
    });
    const recovering: number[] = [];
    await vi.waitFor(async () => {
      recovering.push(await second());
      expect(isClosed).toBe(true);
    }, 30_000);
    recovering.push(...(await seconds(240)));
    // A token bucket holds one second's worth, so the bound is that of any two seconds together.
    for (let index = 1; index < recovering.length; index += 1) {
      const pair = (recovering[index] ?? 0) + (recovering[index - 1] ?? 0);
      expect(pair, `seconds ${index - 1} and ${index} after it was back`).toBeLessThanOrEqual(
        2 * 2 * usual + 2,
      );
    }
    const shedBefore = shedCount;
    await seconds(30);
    expect(shedCount, 'in the end nothing is shed any more').toBe(shedBefore);
  });
});
