import type { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { type Cache, family } from '#cache/cache.ts';
import { type CacheBench, shopCache, startBench } from '../startCache.ts';

const NOW_MS = 1_700_000_000_000;

let bench: CacheBench;
let source: string;
beforeAll(async () => {
  bench = await startBench();
});
afterAll(() => bench[Symbol.asyncDispose]());
beforeEach(async () => {
  await bench.redis.client.flushall();
  source = 'old';
});

const product = family({
  key: 'product:{id}',
  ttlSeconds: 600,
  namespace: 'catalog',
  load: async () => source,
  write: async (_, value) => {
    source = value;
  },
});
type Shop = Cache<{ product: typeof product }>;

/** A cache that hears no others, and whose clock stands: what it knows of a version stays known. */
async function open(redis?: Redis): Promise<Shop> {
  const cache = shopCache(
    redis ?? (await bench.connect()),
    { product },
    {
      clock: () => NOW_MS,
      retry: { backoffMs: 10 },
      // It would stay open under a clock that stands.
      breaker: { slowCallMs: 5_000, consecutiveFailureCount: 1_000_000, minimumCallCount: 1_000_000 },
    },
  );
  onTestFinished(() => cache.close().then(() => {}));
  return cache;
}

/** Two instances that both know the version of before the raise, and one that raised it and stored under the new one. */
async function openBehind(): Promise<{ behind: Shop; ahead: Shop }> {
  const behind = await open();
  await behind.product.get({ id: 1 });
  const ahead = await open();
  await ahead.invalidateNamespace('catalog');
  await ahead.product.refresh({ id: 1 });
  return { behind, ahead };
}

describe('by an instance that has not heard of a raise', () => {
  it('a put is found by those who have', async () => {
    const { behind, ahead } = await openBehind();
    expect(await behind.product.put({ id: 1 }, 'new')).toMatchObject({ state: 'stored' });
    expect(await ahead.product.get({ id: 1 })).toBe('new');
    expect(await behind.product.get({ id: 1 })).toBe('new');
  });

  it('a set is found by those who have', async () => {
    const { behind, ahead } = await openBehind();
    await behind.product.set({ id: 1 }, 'new');
    expect(await ahead.product.get({ id: 1 })).toBe('new');
  });

  it('a refresh is found by those who have', async () => {
    const { behind, ahead } = await openBehind();
    source = 'new';
    await behind.product.refresh({ id: 1 });
    expect(await ahead.product.get({ id: 1 })).toBe('new');
  });

  it('a deletion takes the entry that they read', async () => {
    const { behind, ahead } = await openBehind();
    source = 'new';
    expect(await behind.product.delete({ id: 1 })).toEqual({ state: 'done', removedCount: 1 });
    expect(await ahead.product.get({ id: 1 })).toBe('new');
  });

  it('writes of one turn ask for the version once', async () => {
    const { behind } = await openBehind();
    await bench.redis.client.config('RESETSTAT');
    await behind.product.setMany(Array.from({ length: 20 }, (_, id) => [{ id }, 'new']));
    const stats = await bench.redis.client.info('commandstats');
    expect(Number(/cmdstat_evalsha:calls=(\d+)/.exec(stats)?.[1])).toBe(21);
  });
});

describe('while Redis does not tell the version', () => {
  /** A cache with Redis away from now on, until the spy is restored. */
  async function openAway({ isKnown }: { readonly isKnown: boolean }) {
    await (await open()).product.get({ id: 1 });
    const redis = await bench.connect();
    const cache = await open(redis);
    if (isKnown) expect(await cache.product.get({ id: 1 })).toBe('old');
    source = 'new';
    const away = vi.spyOn(redis, 'evalsha').mockRejectedValue(new Error('Connection is closed.'));
    const retried = new Promise<void>((resolve) => {
      cache.on('retry', ({ state }) => {
        if (state === 'done') resolve();
      });
    });
    return { cache, retried, comeBack: () => away.mockRestore() };
  }

  it.each([true, false])(
    'a deletion is done by the retry under the version of then (known before: %s)',
    async (isKnown) => {
      const { cache, retried, comeBack } = await openAway({ isKnown });
      expect(await cache.product.delete({ id: 1 })).toMatchObject({ state: 'queued', code: 'unreachable' });
      await (await open()).invalidateNamespace('catalog');
      source = 'stored by another';
      const other = await open();
      await other.product.get({ id: 1 });
      source = 'newest';
      comeBack();
      await retried;
      expect(await other.product.get({ id: 1 })).toBe('newest');
      expect(await cache.product.get({ id: 1 })).toBe('newest');
    },
  );

  it('a deletion that waits keeps this instance from what Redis holds, by whatever version', async () => {
    const redis = await bench.connect();
    const cache = shopCache(redis, { product }, { clock: () => NOW_MS, retry: { backoffMs: 60_000 } });
    onTestFinished(() => cache.close().then(() => {}));
    expect(await cache.product.get({ id: 1 })).toBe('old');
    source = 'new';
    const away = vi.spyOn(redis, 'evalsha').mockRejectedValue(new Error('Connection is closed.'));
    expect(await cache.product.delete({ id: 1 })).toMatchObject({ state: 'queued' });
    away.mockRestore();
    expect(await cache.product.get({ id: 1 })).toBe('new');
  });

  it('a set is never called stored where nobody finds it, and what it should have replaced goes', async () => {
    const { cache, retried, comeBack } = await openAway({ isKnown: false });
    const setting = cache.product.set({ id: 1 }, 'new');
    expect(await setting).toMatchObject({ state: 'failed', code: 'unreachable' });
    comeBack();
    await retried;
    expect(await (await open()).product.get({ id: 1 })).toBe('new');
  });

  it('a put reaches the source, and the retry removes what it replaced', async () => {
    const { cache, retried, comeBack } = await openAway({ isKnown: false });
    expect(await cache.product.put({ id: 1 }, 'newest')).toMatchObject({ state: 'queued', value: 'newest' });
    comeBack();
    await retried;
    expect(await (await open()).product.get({ id: 1 })).toBe('newest');
  });

  it('a set is not stored under a key of its own when Redis comes back meanwhile', async () => {
    await (await open()).product.get({ id: 1 });
    const redis = await bench.connect();
    const cache = await open(redis);
    vi.spyOn(redis, 'evalsha').mockRejectedValueOnce(new Error('Connection is closed.'));
    expect(await cache.product.set({ id: 1 }, 'new')).toMatchObject({ state: 'failed' });
    expect(await bench.redis.client.keys('shop:product:*')).toEqual([]);
  });
});
