import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { family } from '#cache/cache.ts';
import { startRedisCluster, type TestCluster } from '#test/support/redis/startRedisCluster.ts';
import { countOf } from '../startCache.ts';
import { openShop } from './openShop.ts';
import { UserSource, userCache, userOf } from './userSource.ts';

describe('a family in a Cluster', () => {
  let cluster: TestCluster;
  beforeAll(async () => {
    cluster = await startRedisCluster();
  });
  afterAll(() => cluster[Symbol.asyncDispose]());

  it.each(['{shop}:', 'shop:'])('many keys under %s are read and set without CROSSSLOT', async (prefix) => {
    await cluster.flushAll();
    const many = vi.fn(async (list: readonly { readonly id: string | number }[]) =>
      list.map(({ id }) => Number(id) * 10),
    );
    const declared = family({
      key: 'ten:{id}',
      ttlSeconds: 60,
      load: async ({ id }) => Number(id) * 10,
      loadMany: many,
    });
    const cache = openShop(await cluster.connect(), { ten: declared }, { prefix });
    const list = Array.from({ length: 60 }, (_, id) => ({ id }));
    await cache.ten.setMany(list.slice(0, 30).map((fields) => [fields, fields.id] as const));
    const wanted = list.map(({ id }) => (id < 30 ? id : id * 10));
    expect(await cache.ten.getMany(list)).toEqual(wanted);
    expect(many).toHaveBeenCalledTimes(1);
    await cache.close();
    const reader = openShop(await cluster.connect(), { ten: declared }, { prefix });
    expect(await reader.ten.getMany(list)).toEqual(wanted);
    expect(many).toHaveBeenCalledTimes(1);
    expect(await countOf(reader, 'cache_errors_total')).toBe(0);
  });

  it.each(['{shop}:', 'shop:'])('put writes value and secondary key under %s', async (prefix) => {
    await cluster.flushAll();
    const source = new UserSource();
    const cache = userCache(await cluster.connect(), source, { prefix });
    expect(await cache.user.put({ id: 1 }, userOf(1, 'old@x'))).toMatchObject({ state: 'stored' });
    expect(await cache.user.put({ id: 1 }, userOf(1, 'new@x'))).toMatchObject({ state: 'stored' });
    expect(await cache.user.getBy.byEmail({ email: 'new@x' })).toEqual(userOf(1, 'new@x'));
    expect(source.reads).toEqual([]);
    expect(await cache.user.getBy.byEmail({ email: 'old@x' })).toBeUndefined();
    expect(source.reads).toEqual(['email old@x']);
  });
});
