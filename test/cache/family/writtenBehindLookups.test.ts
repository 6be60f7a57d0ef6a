import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type CacheBench, keptKeys, startBench } from '../startCache.ts';
import { openShop } from './openShop.ts';
import { UserSource, userFamily, userOf } from './userSource.ts';

let bench: CacheBench;
let source: UserSource;
beforeAll(async () => {
  bench = await startBench();
});
afterAll(() => bench[Symbol.asyncDispose]());
beforeEach(async () => {
  source = new UserSource();
  source.rows.set(1, userOf(1, 'a@x', 'old'));
  await bench.redis.client.flushall();
});

/** Users who go to the source when the cache is closed, and not before. */
async function open() {
  const user = userFamily(source, {
    writeBehind: {
      flushIntervalMs: 3_600_000,
      flush: async (changes) => {
        for (const { value } of changes) if (value !== undefined) await source.write(value);
      },
    },
  });
  return openShop(await bench.connect(), { user });
}

describe('a secondary key of values that are written behind', () => {
  it('finds the value that the source has not got yet, and leaves it in place', async () => {
    const cache = await open();
    await cache.user.write({ id: 1 }, userOf(1, 'a@x', 'new'));
    await bench.redis.client.unlink('shop:user-by-email:a%40x');
    expect(await cache.user.getBy.byEmail({ email: 'a@x' })).toEqual(userOf(1, 'a@x', 'new'));
    await vi.waitFor(async () =>
      expect(await keptKeys(bench.redis.client)).toContain('shop:user-by-email:a%40x'),
    );
    expect(await cache.user.get({ id: 1 })).toEqual(userOf(1, 'a@x', 'new'));
    expect(source.rows.get(1)).toEqual(userOf(1, 'a@x', 'old'));
    await cache.close();
    expect(source.rows.get(1)).toEqual(userOf(1, 'a@x', 'new'));
  });

  it('finds it also when it is flushed while the look-up is under way', async () => {
    const cache = await open();
    const writer = await open();
    await cache.user.write({ id: 1 }, userOf(1, 'a@x', 'new'));
    await bench.redis.client.unlink('shop:user-by-email:a%40x');
    const found = source.byEmail.bind(source);
    const read = vi.spyOn(source, 'byEmail').mockImplementation(async (email) => {
      const user = await found(email);
      await cache.close();
      return user;
    });
    expect(await writer.user.getBy.byEmail({ email: 'a@x' })).toEqual(userOf(1, 'a@x', 'new'));
    expect(read).toHaveBeenCalledTimes(1);
    await writer.close();
    expect(await (await open()).user.get({ id: 1 })).toEqual(userOf(1, 'a@x', 'new'));
  });

  it('moves with a write, before the source knows of it', async () => {
    const cache = await open();
    expect(await cache.user.getBy.byEmail({ email: 'a@x' })).toEqual(userOf(1, 'a@x', 'old'));
    await vi.waitFor(async () => expect(await keptKeys(bench.redis.client)).toHaveLength(2));
    expect(await cache.user.write({ id: 1 }, userOf(1, 'b@x', 'new'))).toEqual({ state: 'queued' });
    expect(await keptKeys(bench.redis.client)).toEqual(['shop:user-by-email:b%40x', 'shop:user:1']);
    expect(await cache.user.getBy.byEmail({ email: 'b@x' })).toEqual(userOf(1, 'b@x', 'new'));
    expect(await cache.user.getBy.byEmail({ email: 'a@x' })).toBeUndefined();
    expect(await cache.user.get({ id: 1 })).toEqual(userOf(1, 'b@x', 'new'));
  });
});
