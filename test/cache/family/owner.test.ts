import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Cache, type CacheEventMap, type CacheOptions, type Family, family } from '#cache/cache.ts';
import { startTcpProxy } from '#test/support/redis/startTcpProxy.ts';
import { type CacheBench, startBench } from '../startCache.ts';
import { openShop } from './openShop.ts';

/** A key that lacks the user: the mistake against which owners are a second line. */
type HomeFamilies = { readonly home: Family<'home:{locale}', string> };

let bench: CacheBench;
beforeAll(async () => {
  bench = await startBench();
});
afterAll(() => bench[Symbol.asyncDispose]());
beforeEach(async () => void (await bench.redis.client.flushall()));

async function open(options: Partial<CacheOptions<HomeFamilies>> & { readonly port?: number } = {}) {
  const { port, ...cacheOptions } = options;
  const redis = await bench.connect(port === undefined ? {} : { port });
  const home = family({ key: 'home:{locale}', ttlSeconds: 60, load: async () => 'nobody' });
  const cache: Cache<HomeFamilies> = openShop(redis, { home }, cacheOptions);
  const violations: CacheEventMap['scopeViolation'][] = [];
  cache.on('scopeViolation', (event) => void violations.push(event));
  return { cache, violations };
}

const homeOf = (cache: Cache<HomeFamilies>, user: string) =>
  cache.home.get({ locale: 'de' }, { owner: user, load: async () => `home of ${user}` });

const VIOLATION = { pattern: 'shop:home:{locale}', key: 'shop:home:de' };

describe('of two users with one key, each gets their own value', () => {
  it('from Redis', async () => {
    const { cache } = await open();
    expect(await homeOf(cache, 'ann')).toBe('home of ann');
    await cache.close();
    const { cache: other, violations } = await open();
    expect(await homeOf(other, 'bob')).toBe('home of bob');
    expect(violations).toEqual([VIOLATION]);
  });

  it('from L1', async () => {
    const { cache, violations } = await open({ l1: {} });
    await vi.waitFor(async () => {
      await homeOf(cache, 'ann');
      expect(cache.home.peek({ locale: 'de' }, { owner: 'ann' })).toBe('home of ann');
    });
    await bench.redis.client.del('shop:home:de');
    expect(await homeOf(cache, 'bob')).toBe('home of bob');
    expect(violations).toEqual([VIOLATION]);
    await cache.close();
  });

  it('from what is kept while Redis is away', async () => {
    await using proxy = await startTcpProxy(bench.redis.port);
    const { cache, violations } = await open({ port: proxy.port, commandTimeoutMs: 50 });
    await proxy.reset();
    expect(await homeOf(cache, 'ann')).toBe('home of ann');
    expect(await cache.home.get({ locale: 'de' }, { owner: 'ann', load: async () => 'loaded anew' })).toBe(
      'home of ann',
    );
    expect(await homeOf(cache, 'bob')).toBe('home of bob');
    expect(violations).toEqual([VIOLATION]);
    await cache.close();
  });

  it('from look-ups at the same time, which they do not share', async () => {
    const { cache } = await open();
    const users = ['ann', 'bob', 'ann', 'cleo', 'bob'];
    const homes = await Promise.all(users.map((user) => homeOf(cache, user)));
    expect(homes).toEqual(users.map((user) => `home of ${user}`));
    await cache.close();
  });

  it('from many reads, plain calls and look-ups without an owner', async () => {
    const { cache } = await open();
    await homeOf(cache, 'ann');
    expect(await cache.home.getMany([{ locale: 'de' }], { owner: 'bob' })).toEqual(['nobody']);
    await homeOf(cache, 'ann');
    expect(await cache.home.get({ locale: 'de' })).toBe('nobody');
    await homeOf(cache, 'ann');
    const options = { ttlSeconds: 60, owner: 'bob' };
    expect(await cache.getOrSet('home:de', async () => 'home of bob', options)).toBe('home of bob');
    await cache.close();
  });

  it('also after an invalidation of a look-up that nobody could join', async () => {
    const { cache } = await open();
    const held = Promise.withResolvers<string>();
    const load = vi.fn(() => held.promise);
    const first = cache.home.get({ locale: 'de' }, { owner: 'ann', load: async () => held.promise });
    const second = cache.home.get({ locale: 'de' }, { owner: 'bob', load });
    await vi.waitFor(() => expect(load).toHaveBeenCalled());
    await cache.home.delete({ locale: 'de' });
    held.resolve('old');
    await Promise.all([first, second]);
    await cache.close();
    expect(await bench.redis.client.exists('shop:home:de')).toBe(0);
  });
});

describe('the owner of a family', () => {
  it('is drawn from its fields, and that of a call comes before it', async () => {
    const recs = family({
      key: 'recs:{userId}',
      ttlSeconds: 60,
      load: async ({ userId }) => `recs of ${userId}`,
      owner: ({ userId }) => userId,
    });
    const { recs: first } = openShop(await bench.connect(), { recs });
    await first.set({ userId: 7 }, 'stored for 7');
    expect(await first.get({ userId: 7 })).toBe('stored for 7');
    expect(await first.get({ userId: 7 }, { owner: '7' })).toBe('stored for 7');
    expect(await first.get({ userId: 7 }, { owner: 8, load: async () => 'asked by 8' })).toBe('asked by 8');
  });
});
