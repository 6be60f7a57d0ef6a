import { afterAll, beforeAll, beforeEach, describe, expect, expectTypeOf, it, vi } from 'vitest';
import { family, type SettledValue } from '#cache/cache.ts';
import { leaseToAnother } from '../leaseToAnother.ts';
import { type CacheBench, countOf, startBench } from '../startCache.ts';
import { openShop } from './openShop.ts';
import { ids, openTens as openTensOn, type TensOptions } from './tensFamily.ts';
import { type User, UserSource, userFamily, userOf } from './userSource.ts';

let bench: CacheBench;
beforeAll(async () => {
  bench = await startBench();
});
afterAll(() => bench[Symbol.asyncDispose]());
beforeEach(async () => void (await bench.redis.client.flushall()));

const openTens = async (options: TensOptions, cacheOptions = {}) =>
  openTensOn(await bench.connect(), options, cacheOptions);

describe('getMany', () => {
  it('gives values in order, and loads what is missing by one call', async () => {
    const { cache, single, many } = await openTens({ hasMany: true });
    await cache.ten.setMany([
      [{ id: 2 }, 22],
      [{ id: 4 }, 0],
    ]);
    const values = await cache.ten.getMany(ids(1, 2, 3, 4, 3));
    expectTypeOf(values).toEqualTypeOf<number[]>();
    expect(values).toEqual([10, 22, 30, 0, 30]);
    expect(many.mock.calls.map(([list]) => list)).toEqual([[1, 3]]);
    expect(single).not.toHaveBeenCalled();
    await cache.close();
    expect(await bench.redis.client.exists('shop:ten:1', 'shop:ten:3')).toBe(2);
    const gets = (result: string) =>
      countOf(cache, 'cache_gets_total', { result, key_pattern: 'shop:ten:{id}' });
    expect([await gets('hit'), await gets('miss')]).toEqual([2, 3]);
  });

  it('loads one by one where the family has no loadMany', async () => {
    const { cache, single } = await openTens({ hasMany: false });
    expect(await cache.ten.getMany(ids(1, 2))).toEqual([10, 20]);
    expect(single).toHaveBeenCalledTimes(2);
  });

  it('asks nobody for an empty list', async () => {
    const { cache, many } = await openTens({ hasMany: true });
    expect(await cache.ten.getMany([])).toEqual([]);
    expect(many).not.toHaveBeenCalled();
  });

  it('reads Redis by pages of MGET', async () => {
    const { cache } = await openTens({ hasMany: true });
    const list = ids(...Array.from({ length: 150 }, (_, index) => index));
    await cache.ten.setMany(list.map((fields) => [fields, fields.id] as const));
    await bench.redis.client.config('RESETSTAT');
    expect(await cache.ten.getMany(list)).toEqual(list.map(({ id }) => id));
    const stats = await bench.redis.client.info('commandstats');
    expect(stats).toMatch(/cmdstat_mget:calls=3,/);
    expect(stats).not.toMatch(/cmdstat_get:/);
  });

  it('takes from L1 what is there, and joins the look-ups under way', async () => {
    const { cache, single, many } = await openTens({ hasMany: true }, { l1: {} });
    await vi.waitFor(async () => {
      await cache.ten.get({ id: 1 });
      expect(cache.ten.peek({ id: 1 })).toBe(10);
    });
    const held = Promise.withResolvers<number>();
    single.mockImplementation(() => held.promise);
    const alone = cache.ten.get({ id: 2 });
    const together = cache.ten.getMany(ids(1, 2, 3));
    const later = cache.ten.get({ id: 3 });
    held.resolve(20);
    expect(await Promise.all([alone, together, later])).toEqual([20, [10, 20, 30], 30]);
    expect(many.mock.calls.map(([list]) => list)).toEqual([[3]]);
    await cache.close();
  });

  it('rejects as the first load that failed, or tells each when it is to settle', async () => {
    const { cache, single } = await openTens({ hasMany: false });
    const failure = new Error('source down');
    single.mockImplementation(async (id) => {
      if (id === 2) throw failure;
      return id * 10;
    });
    await expect(cache.ten.getMany(ids(1, 2, 3))).rejects.toBe(failure);
    const settled = await cache.ten.getMany(ids(1, 2, 3), { settle: true });
    expectTypeOf(settled).toEqualTypeOf<SettledValue<number>[]>();
    expect(settled).toEqual([
      { state: 'found', value: 10 },
      { state: 'failed', error: failure },
      { state: 'found', value: 30 },
    ]);
  });

  it('fails for those that were to be loaded when loadMany fails or forgets some', async () => {
    const { cache, many } = await openTens({ hasMany: true });
    await cache.ten.set({ id: 1 }, 11);
    many.mockRejectedValueOnce(new Error('source down')).mockResolvedValueOnce([1]);
    expect(await cache.ten.getMany(ids(1, 2, 3), { settle: true })).toMatchObject([
      { state: 'found', value: 11 },
      { state: 'failed', error: { message: 'source down' } },
      { state: 'failed', error: { message: 'source down' } },
    ]);
    await expect(cache.ten.getMany(ids(2, 3))).rejects.toMatchObject({ code: 'invalidValue' });
    expect(await cache.ten.getMany(ids(2, 3))).toEqual([20, 30]);
  });

  it('does not store a value that was invalidated while it was loaded, and stores the others', async () => {
    const { cache, many } = await openTens({ hasMany: true });
    const held = Promise.withResolvers<number[]>();
    many.mockReturnValueOnce(held.promise);
    const loading = cache.ten.getMany(ids(1, 2));
    await vi.waitFor(() => expect(many).toHaveBeenCalled());
    await (await openTens({ hasMany: false })).cache.ten.delete({ id: 1 });
    held.resolve([10, 20]);
    expect(await loading).toEqual([10, 20]);
    await cache.close();
    expect(await bench.redis.client.exists('shop:ten:1')).toBe(0);
    expect(await bench.redis.client.exists('shop:ten:2')).toBe(1);
  });

  it('takes one slot at the source for one call of it', async () => {
    const { cache } = await openTens(
      { hasMany: true },
      { loads: { maxConcurrentCount: 1, maxWaitingCount: 0 } },
    );
    expect(await cache.ten.getMany(ids(1, 2, 3))).toEqual([10, 20, 30]);
    const single = await openTens(
      { hasMany: false },
      { loads: { maxConcurrentCount: 1, maxWaitingCount: 0 } },
    );
    const held = Promise.withResolvers<number>();
    single.single.mockReturnValue(held.promise);
    await expect(single.cache.ten.getMany(ids(4, 5))).rejects.toMatchObject({ code: 'overloaded' });
    held.resolve(40);
  });

  it('loads leased keys without waiting for their leases', async () => {
    const { cache, many } = await openTens({ hasMany: true, lease: true });
    await leaseToAnother(bench.redis.client, 'shop:cachescope:lease:shop:ten:1');
    expect(await cache.ten.getMany(ids(1, 2))).toEqual([10, 20]);
    expect(many).toHaveBeenCalledTimes(1);
  });

  it('goes to the source while Redis is away', async () => {
    const { cache, many } = await openTens({ hasMany: true });
    await cache.close();
    expect(await cache.ten.getMany(ids(1, 2))).toEqual([10, 20]);
    expect(many).toHaveBeenCalledTimes(1);
  });

  it('keeps the secondary keys of what it loads', async () => {
    const source = new UserSource();
    source.rows.set(1, userOf(1, 'a@x'));
    const loadMany = async (
      list: readonly { readonly id: string | number }[],
    ): Promise<(User | undefined)[]> => list.map(({ id }) => source.rows.get(Number(id)));
    const cache = openShop(await bench.connect(), { user: userFamily(source, { loadMany }) });
    expect(await cache.user.getMany(ids(1, 2))).toEqual([userOf(1, 'a@x'), undefined]);
    await cache.close();
    expect(await bench.redis.client.exists('shop:user-by-email:a%40x')).toBe(1);
  });
});

describe('setMany', () => {
  it('tells of each what became of it', async () => {
    const { cache } = await openTens({ hasMany: false });
    const results = await cache.ten.setMany([
      [{ id: 1 }, 1],
      [{ id: 2 }, 2],
    ]);
    expect(results).toEqual([{ state: 'stored' }, { state: 'stored' }]);
    expect(await cache.ten.getMany(ids(1, 2))).toEqual([1, 2]);
  });
});

describe('refresh', () => {
  it('puts the value of now in the place of the stored one, in all instances', async () => {
    const first = await openTens({ hasMany: false }, { l1: {} });
    const second = await openTens({ hasMany: false }, { l1: {} });
    await vi.waitFor(async () => {
      await second.cache.ten.get({ id: 1 });
      expect(second.cache.ten.peek({ id: 1 })).toBe(10);
    });
    first.single.mockResolvedValue(11);
    expect(await first.cache.ten.refresh({ id: 1 })).toBe(11);
    await vi.waitFor(() => expect(second.cache.ten.peek({ id: 1 })).toBeUndefined());
    expect(await second.cache.ten.get({ id: 1 })).toBe(11);
    await Promise.all([first.cache.close(), second.cache.close()]);
  });

  it('leaves what is stored when the load fails', async () => {
    const { cache, single } = await openTens({ hasMany: false });
    await cache.ten.set({ id: 1 }, 1);
    single.mockRejectedValueOnce(new Error('source down'));
    await expect(cache.ten.refresh({ id: 1 })).rejects.toThrow('source down');
    expect(await cache.ten.get({ id: 1 })).toBe(1);
  });

  it('is not undone by a load that began before it', async () => {
    const { cache, single } = await openTens({ hasMany: false });
    const old = Promise.withResolvers<number>();
    single.mockReturnValueOnce(old.promise).mockResolvedValueOnce(2);
    const early = cache.ten.get({ id: 1 });
    await vi.waitFor(() => expect(single).toHaveBeenCalledTimes(1));
    expect(await cache.ten.refresh({ id: 1 })).toBe(2);
    old.resolve(1);
    await early;
    await cache.close();
    expect(await (await openTens({ hasMany: false })).cache.ten.get({ id: 1 })).toBe(2);
  });

  it('takes the loader of the call in place of the family’s', async () => {
    const { cache } = await openTens({ hasMany: false });
    expect(await cache.ten.refresh({ id: 1 }, { load: async () => 99 })).toBe(99);
    expect(await cache.ten.get({ id: 1 })).toBe(99);
  });
});

describe('peek', () => {
  it('gives what L1 holds, frozen, and nothing without L1 or for another owner', async () => {
    const note = family({
      key: 'note:{id}',
      ttlSeconds: 60,
      load: async () => ({ text: 'hello' }),
      owner: ({ id }) => id,
    });
    const cache = openShop(await bench.connect(), { note }, { l1: {} });
    expect(cache.note.peek({ id: 1 })).toBeUndefined();
    await vi.waitFor(async () => {
      await cache.note.get({ id: 1 });
      expect(cache.note.peek({ id: 1 })).toEqual({ text: 'hello' });
    });
    const held = cache.note.peek({ id: 1 });
    expectTypeOf(held).toEqualTypeOf<{ text: string } | undefined>();
    expect(Object.isFrozen(held)).toBe(true);
    expect(cache.note.peek({ id: 1 }, { owner: 'somebody else' })).toBeUndefined();
    const without = openShop(await bench.connect(), { note });
    await without.note.get({ id: 1 });
    expect(without.note.peek({ id: 1 })).toBeUndefined();
    await cache.close();
  });
});
