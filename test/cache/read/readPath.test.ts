import { Cluster } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, expectTypeOf, it, vi } from 'vitest';
import { z } from 'zod';
import { CacheError, family } from '#cache/cache.ts';
import { HEADER_BYTES } from '#cache/store/entryFormat.ts';
import { type CacheBench, countOf, keptKeys, shopCache, startBench } from '../startCache.ts';

let bench: CacheBench;
beforeAll(async () => {
  bench = await startBench();
});
afterAll(() => bench[Symbol.asyncDispose]());
beforeEach(async () => void (await bench.redis.client.flushall()));

describe('a look-up', () => {
  it.each([0, '', false, null, [], {}])('takes a cached %j for a hit', async (value) => {
    const cache = shopCache(await bench.connect(), {});
    const load = vi.fn(async () => value);
    await cache.getOrSet('x', load, { ttlSeconds: 60 });
    await vi.waitFor(async () => expect(await bench.redis.client.exists('shop:x')).toBe(1));
    expect(await cache.getOrSet('x', load, { ttlSeconds: 60 })).toEqual(value);
    expect(load).toHaveBeenCalledTimes(1);
    expect(await countOf(cache, 'cache_gets_total', { result: 'hit', key_pattern: 'other' })).toBe(1);
  });

  it('hands on undefined without storing it, and counts that', async () => {
    const cache = shopCache(await bench.connect(), {});
    expect(await cache.getOrSet('x', async () => undefined, { ttlSeconds: 60 })).toBeUndefined();
    await cache.close();
    expect(await keptKeys(bench.redis.client)).toEqual([]);
    expect(await countOf(cache, 'cache_errors_total', { code: 'unserialisable' })).toBe(1);
  });

  it('stores with the TTL asked for, less the jitter drawn', async () => {
    const cache = shopCache(await bench.connect(), {}, { random: () => 0.999_999 });
    await cache.set('x', 1, { ttlSeconds: 100, staleSeconds: 0 });
    expect(await bench.redis.client.pttl('shop:x')).toBeGreaterThan(89_000);
    expect(await bench.redis.client.pttl('shop:x')).toBeLessThanOrEqual(90_001);
  });

  it('gives families their types and keys', async () => {
    const cache = shopCache(await bench.connect(), {
      product: family({
        key: 'product:{id}',
        ttlSeconds: 60,
        load: async ({ id }) => ({ id: Number(id), name: 'lamp' }),
        tags: (_, value) => [`name:${value.name}`],
      }),
    });
    const product = await cache.product.get({ id: 4 });
    expectTypeOf(product).toEqualTypeOf<{ id: number; name: string }>();
    expectTypeOf(cache.product.get).parameter(0).toEqualTypeOf<{ readonly id: string | number }>();
    expect(product).toEqual({ id: 4, name: 'lamp' });
    expect(cache.product.pattern).toBe('shop:product:{id}');
    expect(cache.product.key({ id: 'a:b' })).toBe('shop:product:a%3Ab');
    await cache.close();
    expect(await bench.redis.client.smembers('shop:tag:name:lamp')).toEqual(['shop:product:4']);
  });

  it('takes TTL and loader of one call before those of the family', async () => {
    const cache = shopCache(await bench.connect(), {
      product: family({ key: 'product:{id}', ttlSeconds: 60, staleSeconds: 0, load: async () => 'usual' }),
    });
    expect(await cache.product.get({ id: 1 }, { ttlSeconds: 5, load: async () => 'special' })).toBe(
      'special',
    );
    await cache.close();
    expect(await bench.redis.client.pttl('shop:product:1')).toBeLessThanOrEqual(5_000);
  });

  it('never remembers a failure', async () => {
    const cache = shopCache(await bench.connect(), {});
    const load = vi
      .fn<() => Promise<string>>()
      .mockRejectedValueOnce(new Error('source down'))
      .mockResolvedValue('ok');
    await expect(cache.getOrSet('x', load, { ttlSeconds: 60 })).rejects.toThrow('source down');
    expect(await keptKeys(bench.redis.client)).toEqual([]);
    expect(await cache.getOrSet('x', load, { ttlSeconds: 60 })).toBe('ok');
  });

  it('reloads what it cannot decode, and counts it', async () => {
    const cache = shopCache(await bench.connect(), {});
    await bench.redis.client.set('shop:x', '{"from":"another program"}');
    expect(await cache.getOrSet('x', async () => 'fresh', { ttlSeconds: 60 })).toBe('fresh');
    await cache.set('y', 'a value', { ttlSeconds: 60 });
    await bench.redis.client.setrange('shop:y', HEADER_BYTES, '{{{');
    expect(await cache.getOrSet('y', async () => 'fresh', { ttlSeconds: 60 })).toBe('fresh');
    expect(await countOf(cache, 'cache_errors_total', { operation: 'get', code: 'undecodable' })).toBe(2);
    expect(await countOf(cache, 'cache_gets_total', { result: 'miss' })).toBe(2);
  });

  it('neither stores nor serves a value that its schema refuses', async () => {
    const price = z.object({ cents: z.number().int() });
    const load = vi.fn(async () => ({ cents: 5 }));
    const cache = shopCache(await bench.connect(), {
      price: family({ key: 'price:{id}', ttlSeconds: 60, schema: price, load }),
    });
    await cache.set('price:1', { cents: 'five' }, { ttlSeconds: 60 });
    expect(await cache.price.get({ id: 1 })).toEqual({ cents: 5 });
    expect(await countOf(cache, 'cache_errors_total', { code: 'invalid' })).toBe(1);
    load.mockResolvedValueOnce({ cents: 0.5 });
    await expect(cache.price.get({ id: 2 })).rejects.toMatchObject({ code: 'invalidValue' });
    expect(await bench.redis.client.exists('shop:price:2')).toBe(0);
  });

  it('counts what no family and no call names under other, and bounds what calls name', async () => {
    const cache = shopCache(await bench.connect(), {});
    for (let index = 0; index < 150; index += 1) {
      await cache.getOrSet(`s:${index}`, async () => 1, { ttlSeconds: 60, pattern: `s${index}:{id}` });
    }
    await cache.close();
    const text = await cache.metrics();
    expect(new Set(text.match(/^cache_gets_total\{[^}]*key_pattern="[^"]*"/gm)).size).toBe(101);
    expect(await countOf(cache, 'cache_gets_total', { key_pattern: 'other' })).toBe(50);
    expect(await countOf(cache, 'cache_gets_total', { key_pattern: 'shop:s0:{id}' })).toBe(1);
  });
});

describe('coalescing', () => {
  it('loads once for concurrent misses and gives all of them the value', async () => {
    const cache = shopCache(await bench.connect(), {});
    const source = Promise.withResolvers<string>();
    const load = vi.fn(() => source.promise);
    const calls = Array.from({ length: 50 }, () => cache.getOrSet('x', load, { ttlSeconds: 60 }));
    await vi.waitFor(() => expect(load).toHaveBeenCalled());
    calls.push(cache.getOrSet('x', load, { ttlSeconds: 60 }));
    source.resolve('one');
    expect(new Set(await Promise.all(calls))).toEqual(new Set(['one']));
    expect(load).toHaveBeenCalledTimes(1);
    expect(await countOf(cache, 'cache_coalesced_total')).toBe(50);
    expect(await countOf(cache, 'cache_gets_total', { result: 'miss' })).toBe(51);
  });

  it('gives a failure to all who wait, and loads anew for the next', async () => {
    const cache = shopCache(await bench.connect(), {});
    const load = vi
      .fn<() => Promise<string>>()
      .mockRejectedValueOnce(new Error('source down'))
      .mockResolvedValue('ok');
    const calls = Array.from({ length: 10 }, () => cache.getOrSet('x', load, { ttlSeconds: 60 }));
    for (const result of await Promise.allSettled(calls)) expect(result.status).toBe('rejected');
    expect(await cache.getOrSet('x', load, { ttlSeconds: 60 })).toBe('ok');
    expect(load).toHaveBeenCalledTimes(2);
  });

  it('lets a waiter give up alone', async () => {
    const cache = shopCache(await bench.connect(), {});
    const source = Promise.withResolvers<string>();
    const patient = cache.getOrSet('x', () => source.promise, { ttlSeconds: 60 });
    const hasty = cache.getOrSet('x', () => source.promise, { ttlSeconds: 60, waitTimeoutMs: 5 });
    await expect(hasty).rejects.toMatchObject({ code: 'waitTimeout', key: 'shop:x' });
    source.resolve('late');
    expect(await patient).toBe('late');
  });

  it('gives concurrent hits a value each, so that none sees the changes of another', async () => {
    const cache = shopCache(await bench.connect(), {});
    await cache.set('x', { list: [1] }, { ttlSeconds: 60 });
    const load = async (): Promise<{ list: number[] }> => ({ list: [] });
    const [first, second] = await Promise.all([
      cache.getOrSet('x', load, { ttlSeconds: 60 }),
      cache.getOrSet('x', load, { ttlSeconds: 60 }),
    ]);
    first.list.push(2);
    expect(second).toEqual({ list: [1] });
  });

  it('does not store a load that was overtaken by a deletion, and does not join it', async () => {
    const cache = shopCache(await bench.connect(), {});
    const old = Promise.withResolvers<string>();
    const load = vi.fn<() => Promise<string>>().mockReturnValueOnce(old.promise).mockResolvedValue('new');
    const early = cache.getOrSet('x', load, { ttlSeconds: 60 });
    await vi.waitFor(() => expect(load).toHaveBeenCalledTimes(1));
    await cache.delete('x');
    expect(await cache.getOrSet('x', load, { ttlSeconds: 60 })).toBe('new');
    old.resolve('old');
    expect(await early).toBe('old');
    await cache.close();
    const reader = shopCache(await bench.connect(), {});
    expect(await reader.getOrSet('x', async () => 'gone', { ttlSeconds: 60 })).toBe('new');
  });

  it('does not store a load that was overtaken by an invalidation of its tag', async () => {
    const cache = shopCache(await bench.connect(), {});
    const old = Promise.withResolvers<string>();
    const load = vi.fn(() => old.promise);
    const early = cache.getOrSet('x', load, { ttlSeconds: 60, tags: ['a', 'b'] });
    await vi.waitFor(() => expect(load).toHaveBeenCalledTimes(1));
    await cache.invalidateTag('b');
    old.resolve('old');
    await early;
    await cache.close();
    expect(await bench.redis.client.exists('shop:x')).toBe(0);
  });
});

describe('misuse', () => {
  it('is a typed error', async () => {
    const redis = await bench.connect();
    const product = family({ key: 'product:{id}', ttlSeconds: 60, load: async () => 1 });
    const cache = shopCache(redis, { product });
    expect(() => cache.family('prodct')).toThrow(expect.objectContaining({ code: 'unknownFamily' }));
    expect(cache.family('product').pattern).toBe('shop:product:{id}');
    expect(() => shopCache(redis, { close: product })).toThrow(
      expect.objectContaining({ code: 'reservedFamilyName' }),
    );
    expect(() => shopCache(redis, {}, { prefix: 'shop' })).toThrow(
      expect.objectContaining({ code: 'badOptions' }),
    );
    expect(() => family({ key: 'x:{id}', ttlSeconds: 0, load: async () => 1 })).toThrow(CacheError);
    await expect(cache.set('tag:x', 1, { ttlSeconds: 1 })).rejects.toMatchObject({ code: 'reservedKey' });
    await expect(cache.set('x', 1, { ttlSeconds: Number.NaN })).rejects.toMatchObject({ code: 'badOptions' });
    const prefixed = await bench.connect({ keyPrefix: 'p:' });
    expect(() => shopCache(prefixed, {})).toThrow(expect.objectContaining({ code: 'badOptions' }));
    const scaled = new Cluster([bench.redis.port], { lazyConnect: true, scaleReads: 'all' });
    expect(() => shopCache(scaled, {})).toThrow(/scaleReads "master"/);
  });
});
