import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type CacheBench, startBench } from '../startCache.ts';
import { endlessPause, ProductSource } from './openWarmBench.ts';
import { openWarmInstance } from './openWarmers.ts';

let bench: CacheBench;
beforeAll(async () => {
  bench = await startBench();
});
afterAll(() => bench[Symbol.asyncDispose]());
beforeEach(async () => {
  await bench.redis.client.config('SET', 'maxmemory', 0);
  await bench.redis.client.flushall();
});

describe('a run ends early', () => {
  it.each(['cancelWarm', 'signal', 'close'] as const)('within one entry by %s', async (way) => {
    const source = new ProductSource();
    const gate = Promise.withResolvers<void>();
    const caller = new AbortController();
    source.afterRead = (id) => (id === 3 ? gate.promise : undefined);
    await using shop = openWarmInstance(await bench.connect(), { source, popular: { concurrency: 1 } });
    const warming = shop.warmers.warm('popular', { signal: caller.signal });
    await vi.waitFor(() => expect(source.loadedIds).toContain(3));
    expect(shop.warmers.warmers()[0]).toMatchObject({ state: 'running', progress: { doneCount: 2 } });
    let closing: Promise<unknown> = Promise.resolve();
    if (way === 'cancelWarm') expect(shop.warmers.cancelWarm('popular')).toBe(true);
    else if (way === 'signal') caller.abort();
    else closing = shop.core.close();
    gate.resolve();
    expect(await warming).toMatchObject({ state: 'cancelled', loadedCount: 3 });
    expect(source.loadedIds).toEqual([1, 2, 3]);
    await closing;
    expect(await bench.redis.client.keys('*cachescope:warm*')).toEqual([]);
  });

  it('while it waits for its turn or for its list', async () => {
    const source = new ProductSource();
    await using slow = openWarmInstance(await bench.connect(), { source, pause: endlessPause });
    const waiting = slow.warmers.warm('popular');
    await vi.waitFor(() => expect(source.loadedIds).toHaveLength(1));
    slow.warmers.cancelWarm('popular');
    expect(await waiting).toMatchObject({ state: 'cancelled', loadedCount: 1 });
    const list = vi.fn(() => new Promise<never>(() => {}));
    await using listless = openWarmInstance(await bench.connect(), { source, popular: { list } });
    const listing = listless.warmers.warm('popular');
    await vi.waitFor(() => expect(list).toHaveBeenCalled());
    listless.warmers.cancelWarm('popular');
    expect(await listing).toMatchObject({ state: 'cancelled', plannedCount: 0 });
  });

  it('within one entry when the breaker opens', async () => {
    const source = new ProductSource();
    await using shop = openWarmInstance(await bench.connect(), { source, popular: { concurrency: 1 } });
    source.afterRead = (id) => (id === 5 ? shop.core.breaker.force('open') : undefined);
    const report = await shop.warmers.warm('popular');
    expect(report).toMatchObject({ state: 'stopped', reason: 'The breaker is forcedOpen' });
    expect(source.loadedIds).toEqual([1, 2, 3, 4, 5]);
    expect(await shop.warmers.warm('popular')).toMatchObject({ state: 'stopped', plannedCount: 0 });
    expect(source.loadedIds).toHaveLength(5);
  });

  it('when Redis takes no more entries', async () => {
    const source = new ProductSource();
    await using shop = openWarmInstance(await bench.connect(), { source, popular: { concurrency: 1 } });
    source.afterRead = async (id) => {
      if (id === 4) await bench.redis.client.config('SET', 'maxmemory', 1);
    };
    const report = await shop.warmers.warm('popular');
    expect(report).toMatchObject({ state: 'stopped', reason: 'Redis is full (outOfMemory)' });
    // What was loaded and not stored is not told as loaded.
    expect(report).toMatchObject({ loadedCount: 3, failedCount: 1 });
    expect(source.loadedIds).toEqual([1, 2, 3, 4]);
  });

  it('after five failures in a row, and not after four', async () => {
    const source = new ProductSource();
    source.afterRead = (id) => {
      if (id < 5 || id > 30) throw new Error(`no ${id}`);
    };
    await using shop = openWarmInstance(await bench.connect(), {
      source,
      count: 40,
      popular: { concurrency: 1, stages: [1] },
    });
    const report = await shop.warmers.warm('popular');
    expect(report).toMatchObject({ state: 'stopped', failedCount: 9, loadedCount: 26 });
    expect(report.reason).toContain('5 entries in a row');
    expect(report.reason).toContain('no 35');
  });

  it('when more than half of the loads of a stage fail', async () => {
    const source = new ProductSource();
    source.afterRead = (id) => {
      if (id % 3 !== 0) throw new Error('no');
    };
    await using shop = openWarmInstance(await bench.connect(), {
      source,
      count: 300,
      popular: { concurrency: 1 },
    });
    const report = await shop.warmers.warm('popular');
    expect(report.state).toBe('stopped');
    expect(report.reason).toContain('loads of stage 2 failed');
    expect(source.loadedIds.length).toBeLessThan(20);
  });

  it('when there is no list', async () => {
    const source = new ProductSource();
    const list = async (): Promise<never> => {
      throw new Error('no ranking');
    };
    await using shop = openWarmInstance(await bench.connect(), { source, popular: { list } });
    expect(await shop.warmers.warm('popular')).toMatchObject({
      state: 'failed',
      reason: 'The list failed: no ranking',
    });
    expect(shop.eventsOf('warm').map(({ state }) => state)).toEqual(['failed']);
  });

  it('when the source has no room, after it has made way for callers', async () => {
    const source = new ProductSource();
    const gate = Promise.withResolvers<void>();
    source.afterRead = (id) => (id > 100 ? gate.promise : undefined);
    await using shop = openWarmInstance(await bench.connect(), {
      source,
      cache: { loads: { maxConcurrentCount: 1 } },
    });
    const caller = shop.get(101);
    await vi.waitFor(() => expect(source.loadedIds).toEqual([101]));
    const report = await shop.warmers.warm('popular');
    expect(report).toMatchObject({ state: 'stopped', loadedCount: 0, failedCount: 0 });
    expect(report.reason).toContain('no room');
    gate.resolve();
    await caller;
    expect(shop.eventsOf('shed')).toEqual([]);
    expect(await shop.warmers.warm('popular', { perSecond: 1_000 })).toMatchObject({ state: 'completed' });
  });
});
