import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type CacheBench, countOf, startBench } from '../startCache.ts';
import { ids, openTens, tensFamily } from './tensFamily.ts';

let bench: CacheBench;
beforeAll(async () => {
  bench = await startBench();
});
afterAll(() => bench[Symbol.asyncDispose]());
beforeEach(async () => void (await bench.redis.client.flushall()));

describe('a family with loadMany', () => {
  it('asks the source for no more than maxLoadManyCount at once, and keeps the order', async () => {
    const { cache, many } = await openTens(await bench.connect(), { hasMany: true, maxLoadManyCount: 2 });
    await cache.ten.set({ id: 3 }, 33);
    expect(await cache.ten.getMany(ids(6, 5, 4, 3, 2, 1))).toEqual([60, 50, 40, 33, 20, 10]);
    expect(many.mock.calls.map(([list]) => list)).toEqual([[6, 5], [4, 2], [1]]);
    expect(await countOf(cache, 'cache_load_duration_seconds_count')).toBe(3);
    await cache.close();
    expect(await bench.redis.client.exists(...[1, 2, 4, 5, 6].map((id) => `shop:ten:${id}`))).toBe(5);
  });

  it('asks for 500 at once where the family does not say', async () => {
    const { cache, many } = await openTens(await bench.connect(), { hasMany: true });
    const list = ids(...Array.from({ length: 1_001 }, (_, index) => index));
    expect(await cache.ten.getMany(list)).toEqual(list.map(({ id }) => id * 10));
    expect(many.mock.calls.map(([asked]) => asked.length)).toEqual([500, 500, 1]);
  });

  it('fails only for those that one call was to load', async () => {
    const { cache, many } = await openTens(await bench.connect(), { hasMany: true, maxLoadManyCount: 2 });
    many.mockImplementation(async (list) => {
      if (list.includes(2)) throw new Error('source down');
      return list.includes(3) ? [] : list.map((id) => id * 10);
    });
    expect(await cache.ten.getMany(ids(1, 2, 3, 4, 5), { settle: true })).toMatchObject([
      { state: 'failed', error: { message: 'source down' } },
      { state: 'failed', error: { message: 'source down' } },
      { state: 'failed', error: { code: 'invalidValue' } },
      { state: 'failed', error: { code: 'invalidValue' } },
      { state: 'found', value: 50 },
    ]);
  });

  it('takes a slot at the source for each call of it', async () => {
    const loads = { maxConcurrentCount: 1, maxWaitingCount: 0 };
    const { cache } = await openTens(
      await bench.connect(),
      { hasMany: true, maxLoadManyCount: 2 },
      { loads },
    );
    expect(await cache.ten.getMany(ids(1, 2, 3), { settle: true })).toMatchObject([
      { state: 'found', value: 10 },
      { state: 'found', value: 20 },
      { state: 'failed', error: { code: 'overloaded' } },
    ]);
  });

  it.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])(
    'is refused a maxLoadManyCount of %d',
    (maxLoadManyCount) => {
      expect(() => tensFamily({ hasMany: true, maxLoadManyCount })).toThrow(
        `ten:{id}: maxLoadManyCount must be a whole number from 1, and is ${maxLoadManyCount}.`,
      );
    },
  );
});
