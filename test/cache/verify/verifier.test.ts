import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { CacheError } from '#cache/cache.ts';
import { absent } from '#cache/keys/absent.ts';
import { prepareVerifyOptions } from '#cache/verify/verifyOptions.ts';
import { type CacheBench, startBench } from '../startCache.ts';
import { endlessPause, type Product, ProductSource } from '../warm/openWarmBench.ts';
import { openVerifyInstance } from './openVerifyInstance.ts';

let bench: CacheBench;
beforeAll(async () => {
  bench = await startBench();
});
afterAll(() => bench[Symbol.asyncDispose]());
beforeEach(async () => void (await bench.redis.client.flushall()));

const waitFor = (condition: () => unknown): Promise<unknown> => vi.waitFor(condition, { timeout: 10_000 });

describe('a sampled entry', () => {
  it('that the source gives alike is the same, by its age, and costs no look-up', async () => {
    const source = new ProductSource();
    await using shop = openVerifyInstance(await bench.connect(), { source });
    await shop.keep(1);
    shop.time.advance(5_000);
    const before = [shop.eventsOf('lookup').length, shop.eventsOf('layerLookup').length];
    await shop.offer(1);
    await waitFor(() => expect(shop.eventsOf('verified')).toHaveLength(1));
    expect(shop.eventsOf('verified')[0]).toEqual({
      pattern: 'shop:product:{id}',
      result: 'same',
      ageMs: 5_000,
    });
    expect([shop.eventsOf('lookup').length, shop.eventsOf('layerLookup').length]).toEqual(before);
    expect(shop.time.pausesMs).toEqual([]);
  });

  it('whose fields come in another order is the same', async () => {
    const source = new ProductSource();
    await using shop = openVerifyInstance(await bench.connect(), { source });
    await shop.keep(1);
    source.load = async (id) => ({ revision: 0, id });
    await shop.offer(1);
    await waitFor(() => expect(shop.results()).toEqual(['same']));
  });

  it('that still differs later has drifted, and is left as it is', async () => {
    const source = new ProductSource();
    await using shop = openVerifyInstance(await bench.connect(), { source });
    await shop.keep(1);
    source.change(1);
    await shop.offer(1);
    await waitFor(() => expect(shop.results()).toEqual(['drifted']));
    expect(shop.time.pausesMs).toEqual([2_000]);
    expect(await shop.get(1)).toEqual({ id: 1, revision: 0 });
  });

  it('that has drifted is repaired, everywhere, where that is asked for', async () => {
    const source = new ProductSource();
    const verify = { repair: true };
    await using shop = openVerifyInstance(await bench.connect(), { source, verify });
    await using other = openVerifyInstance(await bench.connect(), { source, cache: { l1: {} } });
    other.core.start();
    await waitFor(() => expect(other.core.memory.session).not.toBeNull());
    await shop.keep(1);
    await other.get(1);
    expect(other.core.memory.readL1('shop:product:1')).toBeDefined();
    source.change(1);
    await shop.offer(1);
    await waitFor(() => expect(shop.results()).toEqual(['repaired']));
    expect(source.loadedIds).toHaveLength(4);
    expect(await shop.get(1)).toEqual({ id: 1, revision: 1 });
    await waitFor(() => expect(other.core.memory.readL1('shop:product:1')).toBeUndefined());
    expect(source.loadedIds).toHaveLength(4);
  });

  it('that the source no longer has is removed by a repair', async () => {
    const source = new ProductSource();
    await using shop = openVerifyInstance(await bench.connect(), { source, verify: { repair: true } });
    await shop.keep(1);
    source.load = async () => absent<Product>();
    await shop.offer(1);
    await waitFor(() => expect(shop.results()).toEqual(['repaired']));
    expect(await bench.redis.client.exists('shop:product:1')).toBe(0);
  });

  it('that stands for "not found" drifts when the source has the thing', async () => {
    const source = new ProductSource();
    const { load } = source;
    const lives = { negativeTtlSeconds: 60 };
    await using shop = openVerifyInstance(await bench.connect(), { source, lives });
    source.load = async () => absent<Product>();
    await shop.keep(1);
    await shop.offer(1);
    await waitFor(() => expect(shop.results()).toEqual(['same']));
    source.load = load;
    await shop.offer(1);
    await waitFor(() => expect(shop.results()).toEqual(['same', 'drifted']));
  });
});

describe('sampling', () => {
  it('holds a hundred at most, each key once, and tells how many it left out', async () => {
    const source = new ProductSource();
    const around = { pause: endlessPause };
    await using shop = openVerifyInstance(await bench.connect(), { source, around });
    await shop.offer(1);
    for (const id of [2, 2, 2]) await shop.offer(id);
    expect(shop.verifier.snapshot.leftOutCount).toBe(2);
    for (let id = 3; id <= 150; id += 1) await shop.offer(id);
    await waitFor(() => expect(shop.results()).toHaveLength(1));
    const { queuedCount, leftOutCount } = shop.verifier.snapshot;
    expect(queuedCount).toBeLessThanOrEqual(100);
    expect(queuedCount + leftOutCount + 1).toBe(152);
    expect(leftOutCount).toBeGreaterThanOrEqual(50);
  });

  it('compares so many a second at most', async () => {
    const source = new ProductSource();
    await using shop = openVerifyInstance(await bench.connect(), { source, verify: { maxPerSecond: 2 } });
    const startedAtMs = shop.time.clock();
    for (let id = 1; id <= 9; id += 1) await shop.offer(id);
    await waitFor(() => expect(shop.results()).toHaveLength(9));
    expect(shop.time.clock() - startedAtMs).toBe(4_000);
  });

  it('takes about the share of hits that it is told to', async () => {
    const source = new ProductSource();
    let seed = 7;
    const random = () => {
      seed = (seed * 48_271) % 2_147_483_647;
      return seed / 2_147_483_647;
    };
    const isVerifiable = vi.fn(() => false);
    await using shop = openVerifyInstance(await bench.connect(), {
      source,
      verify: { sampleRatio: 0.01 },
      cache: { random },
      around: { isVerifiable },
    });
    const request = await shop.requestOf({ family: 'product', fields: { id: 1 } });
    for (let hit = 0; hit < 100_000; hit += 1) shop.verifier.offer(request);
    expect(isVerifiable.mock.calls.length).toBeGreaterThan(850);
    expect(isVerifiable.mock.calls.length).toBeLessThan(1_150);
  });

  it('never compares by a loader that is one caller’s own', async () => {
    const source = new ProductSource();
    const around = { isVerifiable: () => false };
    await using shop = openVerifyInstance(await bench.connect(), { source, around });
    await shop.keep(1);
    await shop.offer(1);
    expect(shop.verifier.snapshot).toEqual({ queuedCount: 0, leftOutCount: 0 });
  });

  it('says failed when the source has no room, fails, or Redis is away', async () => {
    const source = new ProductSource();
    const gate = Promise.withResolvers<void>();
    const cache = { loads: { maxConcurrentCount: 1 } };
    await using shop = openVerifyInstance(await bench.connect(), { source, cache });
    await shop.keep(1);
    source.afterRead = () => gate.promise;
    const caller = shop.get(2);
    await waitFor(() => expect(source.loadedIds).toEqual([1, 2]));
    await shop.offer(1);
    await waitFor(() => expect(shop.results()).toEqual(['failed']));
    gate.resolve();
    await caller;
    source.afterRead = () => {
      throw new Error('source down');
    };
    await shop.offer(1);
    await waitFor(() => expect(shop.results()).toEqual(['failed', 'failed']));
    shop.core.breaker.force('open');
    await shop.offer(1);
    await waitFor(() => expect(shop.results()).toEqual(['failed', 'failed', 'failed']));
    expect(shop.eventsOf('shed')).toEqual([]);
  });

  it('ends with the cache, also while it waits', async () => {
    const source = new ProductSource();
    const shop = openVerifyInstance(await bench.connect(), { source, around: { pause: endlessPause } });
    await shop.keep(1);
    source.change(1);
    await shop.offer(1);
    await waitFor(() => expect(source.loadedIds).toHaveLength(2));
    await shop.core.close();
    await shop.offer(1);
    expect(shop.results()).toEqual([]);
  });

  it.each([{ sampleRatio: 0 }, { sampleRatio: 1.5 }, { maxPerSecond: 0 }, { settleMs: Number.NaN }])(
    'refuses %j',
    (options) => {
      expect(() => prepareVerifyOptions(options)).toThrow(CacheError);
    },
  );
});

describe('comparing one entry on demand', () => {
  it('says what is so, with both values only when asked, and counts nothing', async () => {
    const source = new ProductSource();
    await using shop = openVerifyInstance(await bench.connect(), { source });
    const { verifier } = shop;
    expect(await verifier.verify('product', { id: 1 })).toMatchObject({ state: 'missing', ageMs: null });
    await shop.keep(1);
    expect(await verifier.verify('product', { id: 1 })).toEqual({
      state: 'same',
      reason: 'The source gives what is stored',
      ageMs: 0,
      isFresh: true,
    });
    source.change(1);
    expect(await verifier.verify('product', { id: 1 }, { withValues: true })).toMatchObject({
      state: 'drifted',
      values: { cached: { id: 1, revision: 0 }, source: { id: 1, revision: 1 } },
    });
    shop.time.advance(600_000);
    expect(await verifier.verify('product', { id: 1 })).toMatchObject({ state: 'drifted', isFresh: false });
    expect(shop.results()).toEqual([]);
    expect(await shop.get(1)).toEqual({ id: 1, revision: 1 });
  });

  it('says unknown when they cannot be compared', async () => {
    const source = new ProductSource();
    await using shop = openVerifyInstance(await bench.connect(), { source });
    await shop.keep(1);
    source.afterRead = () => {
      throw new Error('source down');
    };
    expect(await shop.verifier.verify('product', { id: 1 })).toMatchObject({
      state: 'unknown',
      reason: 'The load failed: source down',
    });
    await expect(shop.verifier.verify('product', { id: '' })).rejects.toMatchObject({ code: 'badField' });
  });
});
