import { afterAll, beforeAll, beforeEach, describe, expect, expectTypeOf, it, vi } from 'vitest';
import { CacheError } from '#cache/cache.ts';
import type { EntryNames } from '#cache/warm/entryName.ts';
import { prepareWarmPlans } from '#cache/warm/warmerOptions.ts';
import { type CacheBench, keptKeys, startBench } from '../startCache.ts';
import { ProductSource, productFamilies, steppedTime } from './openWarmBench.ts';
import { idsUpTo, openWarmInstance } from './openWarmers.ts';

let bench: CacheBench;
beforeAll(async () => {
  bench = await startBench();
});
afterAll(() => bench[Symbol.asyncDispose]());
beforeEach(async () => {
  await bench.redis.client.config('SET', 'maxmemory', 0);
  await bench.redis.client.flushall();
});

const byNumber = (a: number, b: number): number => a - b;

describe('a run', () => {
  it('loads what the list names and Redis does not have, and reports it', async () => {
    const source = new ProductSource();
    await using shop = openWarmInstance(await bench.connect(), { source });
    const report = await shop.warmers.warm('popular');
    expect(report).toMatchObject({
      state: 'completed',
      trigger: 'demand',
      plannedCount: 20,
      loadedCount: 20,
      freshCount: 0,
      failedCount: 0,
      skippedCount: 0,
    });
    expect(source.loadedIds.toSorted(byNumber)).toEqual(idsUpTo(20));
    expect(await keptKeys(bench.redis.client)).toHaveLength(20 * 2 + 2);
    expect(await shop.get(7)).toEqual({ id: 7, revision: 0 });
    expect(source.loadedIds).toHaveLength(20);
  });

  it('skips what is fresh, and loads what is old, marked or another’s', async () => {
    const source = new ProductSource();
    await using shop = openWarmInstance(await bench.connect(), { source, count: 4 });
    await shop.warmers.warm('popular');
    await shop.core.invalidate({ kind: 'key', target: 'shop:product:2', mode: 'soft', source: 'key' });
    await shop.core.invalidate({ kind: 'key', target: 'shop:product:3', mode: 'hard', source: 'key' });
    await bench.redis.client.set(
      'shop:product:4',
      'another program wrote this, and more than a header of it',
    );
    source.loadedIds.length = 0;
    expect(await shop.warmers.warm('popular')).toMatchObject({ freshCount: 1, loadedCount: 3 });
    expect(source.loadedIds.toSorted(byNumber)).toEqual([2, 3, 4]);
    shop.time.advance(600_001);
    expect(await shop.warmers.warm('popular')).toMatchObject({ freshCount: 0, loadedCount: 4 });
  });

  it('changes no hit rate, neither ours nor that of the instance', async () => {
    const source = new ProductSource();
    await using shop = openWarmInstance(await bench.connect(), { source });
    await shop.warmers.warm('popular');
    await bench.redis.client.config('RESETSTAT');
    await shop.warmers.warm('popular');
    expect(shop.eventsOf('lookup')).toEqual([]);
    expect(shop.eventsOf('layerLookup')).toEqual([]);
    expect(await bench.redis.client.info('stats')).toMatch(/keyspace_hits:0\r\nkeyspace_misses:0/);
  });

  it('goes by popularity: nothing of a stage begins before the one above it has ended', async () => {
    const source = new ProductSource();
    await using shop = openWarmInstance(await bench.connect(), {
      source,
      count: 200,
      popular: { perSecond: 10_000, concurrency: 8 },
    });
    await shop.warmers.warm('popular');
    expect(source.loadedIds.slice(0, 2).toSorted(byNumber)).toEqual(idsUpTo(2));
    expect(source.loadedIds.slice(0, 20).toSorted(byNumber)).toEqual(idsUpTo(20));
    const ends = shop.eventsOf('warm').filter(({ reason }) => reason.startsWith('stage'));
    for (const doneCount of [2, 20, 200]) expect(ends).toContainEqual(expect.objectContaining({ doneCount }));
  });

  it('keeps to its pace and to its concurrency', async () => {
    const source = new ProductSource();
    source.afterRead = () => new Promise((resolve) => setImmediate(resolve));
    const time = steppedTime();
    const startedAtMs = time.clock();
    const begunAtMs: number[] = [];
    const load = source.load.bind(source);
    source.load = (id) => {
      begunAtMs.push(time.clock() - startedAtMs);
      return load(id);
    };
    await using shop = openWarmInstance(await bench.connect(), {
      source,
      time,
      count: 60,
      popular: { perSecond: 10, concurrency: 3, jitterRatio: 0 },
    });
    const report = await shop.warmers.warm('popular');
    expect(source.highestUnderWayCount).toBeLessThanOrEqual(3);
    expect(report.durationMs).toBeGreaterThanOrEqual(5_900);
    expect(report.durationMs).toBeLessThan(6_500);
    for (const [index, atMs] of begunAtMs.entries()) expect(atMs).toBeGreaterThanOrEqual(index * 100 - 300);
    const faster = await shop.warmers.warm('popular', { perSecond: 1 });
    expect(faster).toMatchObject({ freshCount: 60, durationMs: 0 });
  });

  it('tells of its progress once a second at most, and at the end of each stage', async () => {
    const source = new ProductSource();
    await using shop = openWarmInstance(await bench.connect(), {
      source,
      count: 100,
      popular: { perSecond: 10, concurrency: 1 },
    });
    await shop.warmers.warm('popular');
    const states = shop.eventsOf('warm').map(({ state }) => state);
    expect(states[0]).toBe('started');
    expect(states.at(-1)).toBe('completed');
    const told = states.filter((state) => state === 'progressed').length;
    expect(told).toBeGreaterThanOrEqual(10);
    expect(told).toBeLessThanOrEqual(10 + 3);
    expect(shop.eventsOf('warm').at(-1)).toMatchObject({ doneCount: 100, plannedCount: 100 });
  });

  it('takes a list that comes bit by bit, up to its bound, and fields that are no key as failures', async () => {
    const source = new ProductSource();
    await using shop = openWarmInstance(await bench.connect(), {
      source,
      popular: {
        maxCount: 3,
        async *list({ product }) {
          yield product({ id: 1 });
          yield product({ id: '' });
          for (let id = 3; ; id += 1) yield product({ id });
        },
      },
    });
    const report = await shop.warmers.warm('popular');
    expect(report).toMatchObject({ state: 'completed', plannedCount: 3, loadedCount: 2, failedCount: 1 });
    expect(report.reason).toContain('maxCount');
  });

  it('leaves L1 to what callers read', async () => {
    const source = new ProductSource();
    await using shop = openWarmInstance(await bench.connect(), { source, cache: { l1: {} } });
    shop.core.start();
    await vi.waitFor(() => expect(shop.core.memory.session).not.toBeNull());
    await shop.warmers.warm('popular');
    expect(shop.core.memory.readL1('shop:product:1')).toBeUndefined();
  });

  it('lets a caller who misses an entry share its load', async () => {
    const source = new ProductSource();
    const gate = Promise.withResolvers<void>();
    source.afterRead = () => gate.promise;
    await using shop = openWarmInstance(await bench.connect(), { source, count: 1 });
    const warming = shop.warmers.warm('popular');
    await vi.waitFor(() => expect(source.loadedIds).toEqual([1]));
    const value = shop.get(1);
    // Time enough for it to ask Redis, and then the source, if it went its own way.
    for (let trip = 0; trip < 3; trip += 1) await shop.core.entries.readMark();
    gate.resolve();
    expect(await value).toEqual({ id: 1, revision: 0 });
    expect(await warming).toMatchObject({ loadedCount: 1 });
    expect(source.loadedIds).toEqual([1]);
  });

  it('stores nothing that was invalidated while it was loaded', async () => {
    const source = new ProductSource();
    const gate = Promise.withResolvers<void>();
    source.afterRead = () => gate.promise;
    await using shop = openWarmInstance(await bench.connect(), { source, count: 1 });
    const warming = shop.warmers.warm('popular');
    await vi.waitFor(() => expect(source.loadedIds).toEqual([1]));
    source.change(1);
    await shop.core.invalidate({ kind: 'tag', target: 'group:1', mode: 'hard', source: 'tag' });
    gate.resolve();
    await warming;
    expect(await keptKeys(bench.redis.client)).toEqual([]);
    expect(shop.eventsOf('outdated')).toHaveLength(1);
  });
});

describe('declaring warmers', () => {
  it('gives the list the types of the families', () => {
    const families = productFamilies(new ProductSource());
    expectTypeOf<keyof EntryNames<typeof families>>().toEqualTypeOf<'product'>();
    expectTypeOf<Parameters<EntryNames<typeof families>['product']>[0]>().toEqualTypeOf<{
      readonly id: string | number;
    }>();
    prepareWarmPlans(families, {
      plain: { list: ({ product }) => [product({ id: 1 })] },
      later: { list: async ({ product }) => [product({ id: '1' }, { owner: 3 })] },
      flowing: {
        async *list({ product }) {
          yield product({ id: 1 });
        },
      },
    });
  });

  it.each([
    { perSecond: 0 },
    { concurrency: 1.5 },
    { maxCount: 0 },
    { jitterRatio: 1 },
    { stages: [] },
    { stages: [0.5, 0.1] },
    { stages: [2] },
    { on: { everySeconds: 0 } },
  ])('refuses %j', (options) => {
    const families = productFamilies(new ProductSource());
    expect(() => prepareWarmPlans(families, { popular: { list: () => [], ...options } })).toThrow(CacheError);
  });

  it('refuses a name that is not declared', async () => {
    await using shop = openWarmInstance(await bench.connect(), { source: new ProductSource() });
    await expect(shop.warmers.warm('featured')).rejects.toMatchObject({ code: 'unknownWarmer' });
    expect(() => shop.warmers.cancelWarm('featured')).toThrow('popular');
    expect(shop.warmers.cancelWarm('popular')).toBe(false);
  });
});
