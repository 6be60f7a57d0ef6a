import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { family } from '#cache/cache.ts';
import { type CacheBench, keptKeys, startBench } from '../startCache.ts';
import { openShop } from './openShop.ts';

let bench: CacheBench;
beforeAll(async () => {
  bench = await startBench();
});
afterAll(() => bench[Symbol.asyncDispose]());
beforeEach(async () => void (await bench.redis.client.flushall()));

/** Values by the number of their load, each given when the test says so. */
async function openCounted() {
  const loads: PromiseWithResolvers<void>[] = [];
  const load = vi.fn(async () => {
    const held = Promise.withResolvers<void>();
    const number = loads.push(held);
    await held.promise;
    return number;
  });
  const cache = openShop(await bench.connect(), { page: family({ key: 'page:{id}', ttlSeconds: 60, load }) });
  const begun = (count: number) => vi.waitFor(() => expect(load).toHaveBeenCalledTimes(count));
  return { cache, loads, begun };
}

describe('refreshes of one entry at one time', () => {
  it('share one load, and leave what it gave', async () => {
    const { cache, loads, begun } = await openCounted();
    const refreshing = Promise.all(Array.from({ length: 20 }, () => cache.page.refresh({ id: 1 })));
    await begun(1);
    loads[0]?.resolve();
    expect(new Set(await refreshing)).toEqual(new Set([1]));
    expect(loads).toHaveLength(1);
    expect(await cache.page.get({ id: 1 })).toBe(1);
    expect(await keptKeys(bench.redis.client)).toEqual(['shop:page:1']);
  });

  it('give nobody a value from before they were asked for', async () => {
    const { cache, loads, begun } = await openCounted();
    const first = cache.page.refresh({ id: 1 });
    await begun(1);
    const later = [cache.page.refresh({ id: 1 }), cache.page.refresh({ id: 1 })];
    loads[0]?.resolve();
    expect(await first).toBe(1);
    await begun(2);
    loads[1]?.resolve();
    expect(await Promise.all(later)).toEqual([2, 2]);
    expect(await cache.page.get({ id: 1 })).toBe(2);
    expect(loads).toHaveLength(2);
  });

  it('go on after one that failed, and are told apart by entry, by TTL and by a loader of their own', async () => {
    const { cache, loads, begun } = await openCounted();
    const failing = cache.page.refresh({ id: 1 });
    await begun(1);
    const next = cache.page.refresh({ id: 1 });
    const others = [cache.page.refresh({ id: 2 }), cache.page.refresh({ id: 3 }, { ttlSeconds: 5 })];
    const own = cache.page.refresh({ id: 4 }, { load: async () => 99 });
    await begun(3);
    loads[0]?.reject(new Error('source down'));
    await expect(failing).rejects.toThrow('source down');
    await begun(4);
    for (const load of loads) load.resolve();
    expect(await own).toBe(99);
    expect(await next).toBe(4);
    expect((await Promise.all(others)).sort()).toEqual([2, 3]);
  });
});
