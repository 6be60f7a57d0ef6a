import { afterAll, beforeAll, beforeEach, describe, expect, expectTypeOf, it, vi } from 'vitest';
import { z } from 'zod';
import { family, type PutResult } from '#cache/cache.ts';
import { decodeEntry } from '#cache/store/entryFormat.ts';
import { startTcpProxy } from '#test/support/redis/startTcpProxy.ts';
import { type CacheBench, countOf, keptKeys, startBench } from '../startCache.ts';
import { openShop } from './openShop.ts';
import { type User, UserSource, userCache, userFamily, userOf } from './userSource.ts';

let bench: CacheBench;
beforeAll(async () => {
  bench = await startBench();
});
afterAll(() => bench[Symbol.asyncDispose]());
beforeEach(async () => void (await bench.redis.client.flushall()));

describe('put', () => {
  it('writes the source and then the cache, so that reads after it are fresh without a load', async () => {
    const source = new UserSource();
    const cache = userCache(await bench.connect(), source);
    source.rows.set(1, userOf(1, 'a@x', 'old'));
    await cache.user.get({ id: 1 });
    source.reads.length = 0;
    const user = userOf(1, 'a@x', 'new');
    const result = await cache.user.put({ id: 1 }, user);
    expectTypeOf(result).toEqualTypeOf<PutResult<User | undefined>>();
    expect(result).toEqual({ state: 'stored', value: user });
    expect(source.rows.get(1)).toEqual(user);
    expect(await cache.user.get({ id: 1 })).toEqual(user);
    expect(source.reads).toEqual([]);
  });

  it('stores what the source says it has, where the write gives that', async () => {
    const cache = openShop(await bench.connect(), {
      user: family({
        key: 'user:{id}',
        ttlSeconds: 60,
        load: async () => ({ name: 'loaded', revision: 0 }),
        write: async (_, value) => ({ ...value, revision: 7 }),
        version: ({ revision }) => revision,
      }),
    });
    const result = await cache.user.put({ id: 1 }, { name: 'written', revision: 0 });
    expect(result).toEqual({ state: 'stored', value: { name: 'written', revision: 7 } });
    expect(await cache.user.get({ id: 1 })).toEqual({ name: 'written', revision: 7 });
  });

  it('removes the entry when the source rejects, since it may have the value all the same', async () => {
    const source = new UserSource();
    const late = new Error('no answer in time');
    const write = async (_: unknown, user: User | undefined) => {
      if (user !== undefined) source.rows.set(user.id, user);
      throw late;
    };
    const declared = userFamily(source, { write, negativeTtlSeconds: 60 });
    const cache = openShop(await bench.connect(), { user: declared });
    const reader = openShop(await bench.connect(), { user: declared });
    await cache.user.set({ id: 1 }, userOf(1, 'a@x', 'old'));
    expect(await reader.user.getBy.byEmail({ email: 'b@x' })).toBeUndefined();
    await vi.waitFor(async () =>
      expect(await keptKeys(bench.redis.client)).toContain('shop:user-by-email:b%40x'),
    );
    await expect(cache.user.put({ id: 1 }, userOf(1, 'b@x', 'new'))).rejects.toBe(late);
    expect(await reader.user.get({ id: 1 })).toEqual(userOf(1, 'b@x', 'new'));
    expect(await reader.user.getBy.byEmail({ email: 'b@x' })).toEqual(userOf(1, 'b@x', 'new'));
    expect(await reader.user.getBy.byEmail({ email: 'a@x' })).toBeUndefined();
  });

  it('leaves the cache as it was when a refresh fails, which only asks the source', async () => {
    const source = new UserSource();
    const cache = userCache(await bench.connect(), source);
    await cache.user.put({ id: 1 }, userOf(1, 'a@x', 'old'));
    const before = await keptKeys(bench.redis.client);
    source.failure = new Error('source down');
    await expect(cache.user.refresh({ id: 1 })).rejects.toBe(source.failure);
    expect(await keptKeys(bench.redis.client)).toEqual(before);
    expect(await cache.user.get({ id: 1 })).toEqual(userOf(1, 'a@x', 'old'));
  });

  it('is refused with a typed error where the family has no write', async () => {
    const cache = openShop(await bench.connect(), {
      product: family({ key: 'product:{id}', ttlSeconds: 60, load: async () => 1 }),
    });
    await expect(cache.product.put({ id: 1 }, 2)).rejects.toMatchObject({ code: 'unsupported' });
  });

  it('asks the schema before the source', async () => {
    const write = vi.fn(async () => {});
    const cache = openShop(await bench.connect(), {
      price: family({
        key: 'price:{id}',
        ttlSeconds: 60,
        schema: z.object({ cents: z.number().int() }),
        load: async () => ({ cents: 1 }),
        write,
      }),
    });
    await expect(cache.price.put({ id: 1 }, { cents: 0.5 })).rejects.toMatchObject({ code: 'invalidValue' });
    expect(write).not.toHaveBeenCalled();
  });

  it('removes the entry when the source has something that cannot be kept, and says so', async () => {
    const cache = openShop(
      await bench.connect(),
      {
        price: family({
          key: 'price:{id}',
          ttlSeconds: 60,
          load: async () => ({ cents: 1 }),
          write: async () => {},
          tags: (_, { cents }) => (cents > 1 ? ['a', 'b'] : ['a']),
        }),
      },
      { maxTagsPerEntry: 1 },
    );
    await cache.price.put({ id: 1 }, { cents: 1 });
    expect(await cache.price.put({ id: 1 }, { cents: 2 })).toEqual({
      state: 'invalidated',
      value: { cents: 2 },
    });
    await vi.waitFor(async () => expect(await keptKeys(bench.redis.client)).toEqual([]));
    expect(await countOf(cache, 'cache_errors_total', { code: 'tooManyTags' })).toBe(1);
  });

  it('ends with no entry when another write of the key began meanwhile', async () => {
    const source = new UserSource();
    const held = Promise.withResolvers<void>();
    const first = userCache(await bench.connect(), source);
    const slow = openShop(await bench.connect(), {
      user: userFamily(source, {
        write: async (_, user) => {
          await held.promise;
          if (user !== undefined) await source.write(user);
        },
      }),
    });
    const writing = slow.user.put({ id: 1 }, userOf(1, 'slow@x'));
    await vi.waitFor(async () => expect(await bench.redis.client.exists('shop:cachescope:fences')).toBe(1));
    expect(await first.user.put({ id: 1 }, userOf(1, 'fast@x'))).toMatchObject({ state: 'stored' });
    held.resolve();
    expect(await writing).toMatchObject({ state: 'invalidated' });
    expect(await bench.redis.client.exists('shop:user:1')).toBe(0);
    expect(await first.user.get({ id: 1 })).toEqual(userOf(1, 'slow@x'));
  });

  it('outdates a load that read the source before it', async () => {
    const source = new UserSource();
    const old = Promise.withResolvers<User>();
    const load = vi.fn(() => old.promise);
    const reader = openShop(await bench.connect(), { user: userFamily(source, { load }) });
    const writer = userCache(await bench.connect(), source);
    const reading = reader.user.get({ id: 1 });
    await vi.waitFor(() => expect(load).toHaveBeenCalled());
    await writer.user.put({ id: 1 }, userOf(1, 'a@x', 'new'));
    old.resolve(userOf(1, 'a@x', 'old'));
    await reading;
    await reader.close();
    expect(await writer.user.get({ id: 1 })).toEqual(userOf(1, 'a@x', 'new'));
  });

  it('never lets an older version replace a newer one', async () => {
    const cache = openShop(await bench.connect(), {
      row: family({
        key: 'row:{id}',
        ttlSeconds: 60,
        load: async () => ({ revision: 0 }),
        write: async () => {},
        version: ({ revision }) => revision,
      }),
    });
    await cache.row.set({ id: 1 }, { revision: 5 });
    expect(await cache.row.put({ id: 1 }, { revision: 4 })).toMatchObject({ state: 'invalidated' });
    const bytes = await bench.redis.client.getBuffer('shop:row:1');
    expect(bytes && decodeEntry(bytes)?.header.version).toBeNull();
  });

  it('drops what the other instances hold in L1', async () => {
    const source = new UserSource();
    const writer = userCache(await bench.connect(), source, { l1: {} });
    const reader = userCache(await bench.connect(), source, { l1: {} });
    await writer.user.put({ id: 1 }, userOf(1, 'a@x', 'old'));
    await vi.waitFor(async () => {
      await reader.user.get({ id: 1 });
      expect(reader.user.peek({ id: 1 })).toEqual(userOf(1, 'a@x', 'old'));
    });
    await writer.user.put({ id: 1 }, userOf(1, 'a@x', 'new'));
    await vi.waitFor(() => expect(reader.user.peek({ id: 1 })).toBeUndefined());
    expect(await reader.user.get({ id: 1 })).toEqual(userOf(1, 'a@x', 'new'));
    await Promise.all([writer.close(), reader.close()]);
  });
});

describe('put while Redis is away', () => {
  it('writes the source all the same, and queues the deletion of what is stale until Redis is back', async () => {
    await using proxy = await startTcpProxy(bench.redis.port);
    const source = new UserSource();
    const cache = userCache(await bench.connect({ port: proxy.port }), source, {
      commandTimeoutMs: 50,
      retry: { backoffMs: 10, maxBackoffMs: 20 },
    });
    await cache.user.put({ id: 1 }, userOf(1, 'old@x'));
    await proxy.reset();
    const result = await cache.user.put({ id: 1 }, userOf(1, 'new@x'));
    expect(result).toMatchObject({ state: 'queued', value: userOf(1, 'new@x') });
    expect(source.rows.get(1)).toEqual(userOf(1, 'new@x'));
    expect(await cache.user.get({ id: 1 })).toEqual(userOf(1, 'new@x'));
    await proxy.pass();
    await vi.waitFor(async () => expect(await bench.redis.client.exists('shop:user:1')).toBe(0), 5_000);
    expect(await cache.user.get({ id: 1 })).toEqual(userOf(1, 'new@x'));
    await cache.close();
  });

  it('says that nobody will delete what is stale when the cache is closed', async () => {
    const source = new UserSource();
    const cache = userCache(await bench.connect(), source);
    await cache.close();
    expect(await cache.user.put({ id: 1 }, userOf(1, 'a@x'))).toMatchObject({
      state: 'failed',
      code: 'closed',
    });
    expect(source.rows.get(1)).toEqual(userOf(1, 'a@x'));
  });
});
