import { afterAll, beforeAll, beforeEach, describe, expect, expectTypeOf, it, vi } from 'vitest';
import { family } from '#cache/cache.ts';
import { type CacheBench, countOf, keptKeys, startBench } from '../startCache.ts';
import { openShop } from './openShop.ts';
import { type User, UserSource, userCache, userFamily, userOf } from './userSource.ts';

let bench: CacheBench;
let source: UserSource;
beforeAll(async () => {
  bench = await startBench();
});
afterAll(() => bench[Symbol.asyncDispose]());
beforeEach(async () => {
  source = new UserSource();
  await bench.redis.client.flushall();
});

const open = async (options = {}) => userCache(await bench.connect(), source, options);
const emailsOf = async () => (await keptKeys(bench.redis.client)).filter((key) => key.includes('email'));

describe('a secondary key', () => {
  it('has the types of its declaration', async () => {
    const cache = await open();
    expectTypeOf(cache.user.getBy.byEmail).parameter(0).toEqualTypeOf<{ readonly email: string | number }>();
    expectTypeOf(cache.user.getBy.byEmail).returns.resolves.toEqualTypeOf<User | undefined>();
    expectTypeOf<keyof typeof cache.user.getBy>().toEqualTypeOf<'byEmail'>();
    const plain = openShop(await bench.connect(), {
      note: family({ key: 'note:{id}', ttlSeconds: 1, load: async () => 'x' }),
    });
    expectTypeOf<keyof typeof plain.note.getBy>().toBeNever();
    expect(plain.note.getBy).toEqual({});
  });

  it('infers the fields of several look-ups from their keys', async () => {
    const declared = family({
      key: 'user:{id}',
      ttlSeconds: 60,
      load: async ({ id }) => ({ id, email: 'a@x', shop: 'de', number: 4 }),
      primaryFields: ({ id }) => ({ id }),
      lookups: {
        byEmail: {
          key: 'user-by-email:{email}',
          fieldsOf: ({ email }) => ({ email }),
          load: async ({ email }) => ({ id: 1, email: String(email), shop: 'de', number: 4 }),
        },
        byNumber: {
          key: 'user-by-number:{shop}:{number}',
          fieldsOf: ({ shop, number }) => ({ shop, number }),
          load: async () => undefined,
        },
      },
    });
    const { user } = openShop(await bench.connect(), { user: declared });
    expectTypeOf(user.getBy.byNumber)
      .parameter(0)
      .toEqualTypeOf<{ readonly shop: string | number; readonly number: string | number }>();
    const found = await user.getBy.byEmail({ email: 'a@x' });
    expectTypeOf(found).toEqualTypeOf<
      { id: string | number; email: string; shop: string; number: number } | undefined
    >();
    expect(found).toMatchObject({ id: 1 });
    await vi.waitFor(async () =>
      expect(await keptKeys(bench.redis.client)).toEqual([
        'shop:user-by-email:a%40x',
        'shop:user-by-number:de:4',
        'shop:user:1',
      ]),
    );
    expect(await user.getBy.byNumber({ shop: 'de', number: 4 })).toMatchObject({ id: 1 });
  });

  it('finds by one load what both keys then lead to', async () => {
    source.rows.set(1, userOf(1, 'a@x'));
    const cache = await open();
    const calls = await Promise.all([1, 2, 3].map(() => cache.user.getBy.byEmail({ email: 'a@x' })));
    expect(calls).toEqual([userOf(1, 'a@x'), userOf(1, 'a@x'), userOf(1, 'a@x')]);
    await cache.close();
    const reader = await open();
    expect(await reader.user.get({ id: 1 })).toEqual(userOf(1, 'a@x'));
    expect(await reader.user.getBy.byEmail({ email: 'a@x' })).toEqual(userOf(1, 'a@x'));
    expect(source.reads).toEqual(['email a@x']);
    expect(await countOf(reader, 'cache_gets_total', { key_pattern: 'shop:user-by-email:{email}' })).toBe(1);
  });

  it('is written by a load, a set and a put of the value, with the same TTL', async () => {
    source.rows.set(1, userOf(1, 'load@x'));
    const cache = await open();
    await cache.user.get({ id: 1 }, { ttlSeconds: 30 });
    await cache.user.set({ id: 2 }, userOf(2, 'set@x'), { ttlSeconds: 30 });
    await cache.user.put({ id: 3 }, userOf(3, 'put@x'), { ttlSeconds: 30 });
    await cache.user.put({ id: 4 }, userOf(4, null));
    await cache.close();
    expect(await emailsOf()).toEqual([
      'shop:user-by-email:load%40x',
      'shop:user-by-email:put%40x',
      'shop:user-by-email:set%40x',
    ]);
    for (const [index, key] of ['load%40x', 'set%40x', 'put%40x'].entries()) {
      const ttl = await bench.redis.client.pttl(`shop:user-by-email:${key}`);
      const primary = await bench.redis.client.pttl(`shop:user:${index + 1}`);
      expect(Math.abs(ttl - primary)).toBeLessThan(1_000);
    }
  });

  it.each(['put', 'set'] as const)('goes when %s changes its field', async (call) => {
    const cache = await open();
    await cache.user.put({ id: 1 }, userOf(1, 'old@x'));
    source.rows.set(1, userOf(1, 'new@x'));
    await cache.user[call]({ id: 1 }, userOf(1, 'new@x'));
    expect(await emailsOf()).toEqual(['shop:user-by-email:new%40x']);
    expect(await cache.user.getBy.byEmail({ email: 'old@x' })).toBeUndefined();
    expect(await cache.user.getBy.byEmail({ email: 'new@x' })).toEqual(userOf(1, 'new@x'));
  });

  it('that was left behind is a miss, and is removed', async () => {
    const cache = await open();
    await cache.user.put({ id: 1 }, userOf(1, 'old@x'));
    // The old value expires, so that the next write cannot know that this key led to it.
    await bench.redis.client.del('shop:user:1');
    await cache.user.put({ id: 1 }, userOf(1, 'new@x'));
    expect(await emailsOf()).toEqual(['shop:user-by-email:new%40x', 'shop:user-by-email:old%40x']);
    expect(await cache.user.getBy.byEmail({ email: 'old@x' })).toBeUndefined();
    expect(await emailsOf()).toEqual(['shop:user-by-email:new%40x']);
  });

  it('that was left behind never gives the value of who has the field now', async () => {
    const cache = await open();
    await cache.user.put({ id: 1 }, userOf(1, 'shared@x'));
    await bench.redis.client.del('shop:user:1');
    source.rows.set(1, userOf(1, 'other@x'));
    source.rows.set(2, userOf(2, 'shared@x'));
    expect(await cache.user.getBy.byEmail({ email: 'shared@x' })).toEqual(userOf(2, 'shared@x'));
    await cache.close();
    expect(await (await open()).user.getBy.byEmail({ email: 'shared@x' })).toEqual(userOf(2, 'shared@x'));
  });

  it('goes with the value when that is deleted', async () => {
    const cache = await open();
    await cache.user.put({ id: 1 }, userOf(1, 'a@x'));
    source.rows.clear();
    await cache.user.delete({ id: 1 });
    expect(await keptKeys(bench.redis.client)).toEqual([]);
    expect(await cache.user.getBy.byEmail({ email: 'a@x' })).toBeUndefined();
  });

  it('asks the source when the value is gone, and finds nothing when it is gone there too', async () => {
    const cache = await open();
    await cache.user.put({ id: 1 }, userOf(1, 'a@x'));
    source.rows.clear();
    await bench.redis.client.del('shop:user:1');
    expect(await cache.user.getBy.byEmail({ email: 'a@x' })).toBeUndefined();
    expect(await emailsOf()).toEqual([]);
  });

  it('keeps "not found" where the family does, until somebody has the field', async () => {
    const cache = openShop(await bench.connect(), {
      user: userFamily(source, { negativeTtlSeconds: 30 }),
    });
    expect(await cache.user.getBy.byEmail({ email: 'a@x' })).toBeUndefined();
    await vi.waitFor(async () => expect(await emailsOf()).toHaveLength(1));
    expect(await cache.user.getBy.byEmail({ email: 'a@x' })).toBeUndefined();
    expect(source.reads).toEqual(['email a@x']);
    await cache.user.put({ id: 1 }, userOf(1, 'a@x'));
    expect(await cache.user.getBy.byEmail({ email: 'a@x' })).toEqual(userOf(1, 'a@x'));
  });

  it('follows a namespace to its new version', async () => {
    const cache = openShop(await bench.connect(), { user: userFamily(source, { namespace: 'users' }) });
    await cache.user.put({ id: 1 }, userOf(1, 'a@x'));
    await cache.invalidateNamespace('users');
    source.rows.clear();
    expect(await cache.user.getBy.byEmail({ email: 'a@x' })).toBeUndefined();
  });

  it('with something else under it is reloaded', async () => {
    source.rows.set(1, userOf(1, 'a@x'));
    const cache = await open();
    await cache.set('user-by-email:a%40x', { wrong: 'shape' }, { ttlSeconds: 60 });
    expect(await cache.user.getBy.byEmail({ email: 'a@x' })).toEqual(userOf(1, 'a@x'));
    expect(await countOf(cache, 'cache_errors_total', { code: 'invalid' })).toBe(1);
  });

  it('rejects with what its loader threw', async () => {
    source.failure = new Error('source down');
    const cache = await open();
    await expect(cache.user.getBy.byEmail({ email: 'a@x' })).rejects.toBe(source.failure);
  });

  it('without all its fields is a typed error', async () => {
    const cache = await open();
    await expect(cache.user.getBy.byEmail({ email: '' })).rejects.toMatchObject({ code: 'badField' });
    expect(() =>
      family({
        key: 'user:{id}',
        ttlSeconds: 1,
        load: async () => ({ email: 'a' }),
        lookups: {
          byEmail: {
            key: 'user-by-email:{email}',
            fieldsOf: ({ email }) => ({ email }),
            load: async () => undefined,
          },
        },
      }),
    ).toThrow(expect.objectContaining({ code: 'badOptions' }));
  });

  it('whose rule throws is reported, and the write of the value stands', async () => {
    const cache = openShop(await bench.connect(), {
      user: userFamily(source, {
        primaryFields: () => {
          throw new Error('no such fields');
        },
      }),
    });
    expect(await cache.user.put({ id: 1 }, userOf(1, 'a@x'))).toMatchObject({ state: 'stored' });
    expect(await emailsOf()).toEqual([]);
    expect(await countOf(cache, 'cache_errors_total', { code: 'wentWrong' })).toBe(1);
  });
});
