import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { leaseToAnother } from '../leaseToAnother.ts';
import { type CacheBench, startBench } from '../startCache.ts';
import { endlessPause, ProductSource, steppedTime } from './openWarmBench.ts';
import { idsUpTo, openWarmInstance, type WarmInstance } from './openWarmers.ts';

/** An outage and its end take their time on a busy machine. */
vi.setConfig({ testTimeout: 60_000 });
const patience = { timeout: 20_000 };

let bench: CacheBench;
beforeAll(async () => {
  bench = await startBench();
});
afterAll(() => bench[Symbol.asyncDispose]());
beforeEach(async () => void (await bench.redis.client.flushall()));

const waitFor = (condition: () => unknown): Promise<unknown> => vi.waitFor(condition, patience);
const byNumber = (a: number, b: number): number => a - b;
const stateOf = ({ warmers }: WarmInstance) => warmers.warmers()[0]?.lastReport?.state;
const endsOf = (shop: WarmInstance) =>
  shop
    .eventsOf('warm')
    .map(({ state }) => state)
    .filter((state) => state !== 'started' && state !== 'progressed');

/** Some pauses are held until they are let go, by their length; all others pass at once. */
function heldPauses(isHeld: (ms: number) => boolean) {
  const time = steppedTime();
  const held: { readonly ms: number; readonly letGo: () => void }[] = [];
  const pause = async (ms: number, signal: AbortSignal): Promise<void> => {
    if (!isHeld(ms)) return time.pause(ms, signal);
    await new Promise<void>((resolve) => {
      held.push({ ms, letGo: resolve });
      if (signal.aborted) resolve();
      else signal.addEventListener('abort', () => resolve(), { once: true });
    });
  };
  return { time, pause, held };
}

describe('one instance at a time', () => {
  it('warms: the other finds the lease taken and loads nothing', async () => {
    const source = new ProductSource();
    const gate = Promise.withResolvers<void>();
    source.afterRead = () => gate.promise;
    await using first = openWarmInstance(await bench.connect(), { source });
    await using second = openWarmInstance(await bench.connect(), { source });
    const warming = first.warmers.warm('popular');
    await waitFor(() => expect(source.loadedIds).not.toEqual([]));
    expect(await second.warmers.warm('popular')).toMatchObject({ state: 'leased', plannedCount: 0 });
    expect(await first.warmers.warm('popular')).toMatchObject({ state: 'leased' });
    gate.resolve();
    expect(await warming).toMatchObject({ state: 'completed' });
    expect(source.loadedIds.toSorted(byNumber)).toEqual(idsUpTo(20));
    expect(await second.warmers.warm('popular')).toMatchObject({ state: 'completed', freshCount: 20 });
  });

  it('keeps the lease for as long as its run takes', async () => {
    const source = new ProductSource();
    const gate = Promise.withResolvers<void>();
    source.afterRead = () => gate.promise;
    const warming = { leaseMs: 900 };
    await using first = openWarmInstance(await bench.connect(), { source, warming });
    const running = first.warmers.warm('popular');
    const leftMs = () => bench.redis.client.pttl('shop:cachescope:warm:popular');
    await waitFor(async () => expect(await leftMs()).toBeGreaterThan(0));
    // It rises only when it is renewed.
    for (let renewalCount = 0, lastMs = await leftMs(); renewalCount < 4; ) {
      await waitFor(async () => {
        const nowMs = await leftMs();
        const isRenewed = nowMs > lastMs;
        lastMs = nowMs;
        expect(isRenewed).toBe(true);
      });
      renewalCount += 1;
    }
    gate.resolve();
    expect(await running).toMatchObject({ state: 'completed', loadedCount: 20 });
    expect(await leftMs()).toBe(-2);
  });

  it('follows one that died, once its lease has run out', async () => {
    const source = new ProductSource();
    await leaseToAnother(bench.redis.client, 'shop:cachescope:warm:popular', 100);
    await using shop = openWarmInstance(await bench.connect(), { source });
    expect(await shop.warmers.warm('popular')).toMatchObject({ state: 'leased' });
    await waitFor(async () =>
      expect(await shop.warmers.warm('popular')).toMatchObject({ state: 'completed' }),
    );
  });

  it('stops when another has its lease, and goes on when an emptied Redis has lost it', async () => {
    const source = new ProductSource();
    // From the second entry on it waits for its turn, which never comes.
    const options = { source, warming: { leaseMs: 900 }, popular: { concurrency: 1 }, pause: endlessPause };
    await using shop = openWarmInstance(await bench.connect(), options);
    const running = shop.warmers.warm('popular');
    const key = 'shop:cachescope:warm:popular';
    await waitFor(() => expect(source.loadedIds).toEqual([1]));
    await bench.redis.client.flushall();
    await waitFor(async () => expect(await bench.redis.client.exists(key)).toBe(1));
    expect(shop.warmers.warmers()[0]?.state).toBe('running');
    await leaseToAnother(bench.redis.client, key);
    expect(await running).toMatchObject({ state: 'stopped', reason: 'Another instance may have the lease' });
    expect(await bench.redis.client.zscore(key, 'another')).toBe('0');
  });
});

describe('after an outage', () => {
  /** Both lose Redis, notice it, and find it again, empty. */
  async function loseAndFindRedis(shops: readonly WarmInstance[]): Promise<void> {
    await bench.redis.kill();
    for (const shop of shops) {
      await waitFor(async () => {
        await shop.get(1_000);
        expect(shop.core.breaker.snapshot(Date.now()).state).toBe('open');
      });
    }
    await bench.redis.restart();
    for (const shop of shops) {
      await waitFor(async () => {
        await shop.get(1_000);
        expect(shop.core.breaker.snapshot(Date.now()).state).toBe('closed');
      });
    }
  }
  const cache = { breaker: { openMs: 20, maxOpenMs: 20 }, clock: Date.now };
  const popular = { on: { recovery: true }, perSecond: 10_000 };

  it('exactly one of two instances that recover at once warms', async () => {
    const source = new ProductSource();
    const options = { source, popular, cache };
    await using first = openWarmInstance(await bench.connect(), options);
    await using second = openWarmInstance(await bench.connect(), options);
    const both = [first, second];
    for (const { warmers } of both) warmers.start();
    await loseAndFindRedis(both);
    await waitFor(() => expect(both.flatMap(endsOf).sort()).toEqual(['completed', 'leased']));
    const warmed = source.loadedIds.filter((id) => id < 1_000);
    expect(warmed.toSorted(byNumber)).toEqual(idsUpTo(20));
  });

  it('one that comes when the other is through finds it done', async () => {
    const source = new ProductSource();
    const later = heldPauses((ms) => ms === 5_000);
    await using first = openWarmInstance(await bench.connect(), { source, popular, cache });
    await using second = openWarmInstance(await bench.connect(), { source, popular, cache, ...later });
    const both = [first, second];
    for (const { warmers } of both) warmers.start();
    await loseAndFindRedis(both);
    await waitFor(() => expect(endsOf(first)).toEqual(['completed']));
    expect(second.warmers.warmers()[0]?.state).toBe('waiting');
    later.held[0]?.letGo();
    await waitFor(() => expect(endsOf(second)).toEqual(['leased']));
    expect(source.loadedIds.filter((id) => id < 1_000)).toHaveLength(20);
    // What is asked for by name is done all the same.
    expect(await second.warmers.warm('popular')).toMatchObject({ state: 'completed', freshCount: 20 });
  });

  it('each waits a part of the window, drawn at random, and can be called off meanwhile', async () => {
    const source = new ProductSource();
    const waits = heldPauses((ms) => ms === 2_500);
    const random = () => 0.25;
    await using shop = openWarmInstance(await bench.connect(), {
      source,
      popular,
      cache: { ...cache, random },
      ...waits,
    });
    shop.warmers.start();
    await loseAndFindRedis([shop]);
    await waitFor(() => expect(waits.held).toHaveLength(1));
    expect(shop.warmers.cancelWarm('popular')).toBe(true);
    await waitFor(() => expect(shop.warmers.warmers()[0]?.state).toBe('idle'));
    expect(endsOf(shop)).toEqual([]);
    expect(source.loadedIds.every((id) => id === 1_000)).toBe(true);
  });
});

describe('at the start', () => {
  it('is ready when the warmers that are meant for it have ended', async () => {
    const source = new ProductSource();
    const gate = Promise.withResolvers<void>();
    source.afterRead = () => gate.promise;
    const waits = heldPauses((ms) => ms === 30_000);
    await using shop = openWarmInstance(await bench.connect(), {
      source,
      popular: { on: { start: true } },
      ...waits,
    });
    shop.warmers.start();
    const order: string[] = [];
    const ready = shop.warmers.ready().then(() => order.push('ready'));
    await waitFor(() => expect(source.loadedIds).not.toEqual([]));
    order.push('loading');
    gate.resolve();
    await ready;
    expect(order).toEqual(['loading', 'ready']);
    expect(stateOf(shop)).toBe('completed');
    await using other = openWarmInstance(await bench.connect(), {
      source,
      popular: { on: { start: true } },
      pause: endlessPause,
    });
    other.warmers.start();
    await other.warmers.ready();
    expect(stateOf(other)).toBe('leased');
  });

  it('does not wait longer than it may for one that hangs', async () => {
    const source = new ProductSource();
    const waits = heldPauses((ms) => ms === 7_000);
    const list = (): Promise<never> => new Promise(() => {});
    await using shop = openWarmInstance(await bench.connect(), {
      source,
      popular: { list, on: { start: true } },
      warming: { readyTimeoutMs: 7_000 },
      ...waits,
    });
    shop.warmers.start();
    const ready = shop.warmers.ready();
    await waitFor(() => expect(waits.held).toHaveLength(1));
    waits.held[0]?.letGo();
    await ready;
    expect(shop.warmers.warmers()[0]?.state).toBe('running');
  });

  it('is ready in spite of one that fails, which is told', async () => {
    const source = new ProductSource();
    const list = async (): Promise<never> => {
      throw new Error('no ranking');
    };
    await using shop = openWarmInstance(await bench.connect(), {
      source,
      popular: { list, on: { start: true } },
      pause: endlessPause,
    });
    shop.warmers.start();
    await shop.warmers.ready();
    expect(endsOf(shop)).toEqual(['failed']);
  });

  it('tries again while Redis does not answer yet', async () => {
    const source = new ProductSource();
    const client = await bench.connect();
    // What answers late on a busy machine does answer: too short a time would end the run that is to complete.
    const cache = { breaker: { openMs: 5, maxOpenMs: 5, slowCallMs: 1_000 }, commandTimeoutMs: 1_000 };
    bench.redis.hang();
    const waits = heldPauses((ms) => ms === 30_000);
    await using shop = openWarmInstance(client, {
      source,
      cache: { ...cache, clock: Date.now },
      popular: { on: { start: true } },
      ...waits,
    });
    shop.warmers.start();
    await waitFor(() => expect(endsOf(shop)).toContain('stopped'));
    bench.redis.resume();
    await shop.warmers.ready();
    expect(endsOf(shop).at(-1)).toBe('completed');
    expect(source.loadedIds.toSorted(byNumber)).toEqual(idsUpTo(20));
  });
});

describe('on a schedule', () => {
  it('runs again and again, in one of the instances each time, until the cache is closed', async () => {
    const source = new ProductSource();
    // With a random number of 0.5: 60 s less half of the jitter of 20 %.
    const firstWaits = heldPauses((ms) => ms === 54_000);
    const secondWaits = heldPauses((ms) => ms === 54_000);
    const popular = { on: { everySeconds: 60 } };
    await using first = openWarmInstance(await bench.connect(), { source, popular, ...firstWaits });
    await using second = openWarmInstance(await bench.connect(), { source, popular, ...secondWaits });
    for (const { warmers } of [first, second]) warmers.start();
    await waitFor(() => expect(secondWaits.held).toHaveLength(1));
    firstWaits.held[0]?.letGo();
    await waitFor(() => expect(endsOf(first)).toEqual(['completed']));
    secondWaits.held[0]?.letGo();
    await waitFor(() => expect(endsOf(second)).toEqual(['leased']));
    const restMs = await bench.redis.client.pttl('shop:cachescope:warmed:schedule:popular');
    expect(restMs).toBeGreaterThan(40_000);
    expect(restMs).toBeLessThanOrEqual(43_200);
    await bench.redis.client.del('shop:cachescope:warmed:schedule:popular');
    await waitFor(() => expect(secondWaits.held).toHaveLength(2));
    secondWaits.held[1]?.letGo();
    await waitFor(() => expect(endsOf(second)).toEqual(['leased', 'completed']));
    expect(second.warmers.warmers()[0]?.lastReport).toMatchObject({ trigger: 'schedule', freshCount: 20 });
    expect(source.loadedIds).toHaveLength(20);
  });
});
