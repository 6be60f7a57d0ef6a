import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { counter, createCache, type EventBusAdapter, event, family } from '#cache/cache.ts';
import { type CacheBench, shopCache, startBench } from '../startCache.ts';

let bench: CacheBench;
beforeAll(async () => {
  bench = await startBench();
});
afterAll(() => bench[Symbol.asyncDispose]());
beforeEach(() => bench.redis.client.flushall());

const NOTHING_LEFT = {
  lostInvalidationCount: 0,
  lostEventCount: 0,
  queuedChangeCount: 0,
  unknownChangeCount: 0,
  unfinished: [],
};
/** A promise that the test ends, so that nothing outlives it. */
const held = <Value>() => Promise.withResolvers<Value>();

/** A bus of the service's own, with the faults of a test. */
function openBus(faults: { close?(): Promise<void>; snapshot?(): Promise<null>; isAway?: boolean }) {
  const bus: EventBusAdapter = {
    open: () => ({
      publish: async () =>
        faults.isAway === true
          ? { isDone: false, code: 'unreachable', error: null }
          : { isDone: true, reply: null },
      subscribe: () => ({
        close: faults.close ?? (async () => {}),
        snapshot: faults.snapshot ?? (async () => null),
      }),
      close: () => {},
    }),
  };
  return bus;
}

async function openEventCache(eventBus: EventBusAdapter, closeTimeoutMs: number) {
  const events = { changed: event<null>({ invalidates: () => ({ tags: ['a'] }) }) };
  const redis = await bench.connect();
  return createCache({ redis, service: 'shop', families: {}, eventBus, events, closeTimeoutMs });
}

describe('close', () => {
  it('leaves nothing when all ends in time', async () => {
    const cache = shopCache(await bench.connect(), {});
    await cache.set('a', 1, { ttlSeconds: 60 });
    expect(await cache.close()).toEqual(NOTHING_LEFT);
  });

  it('is not held up by a loader that ignores its signal, and tells of it', async () => {
    const load = held<number>();
    const families = { slow: family({ key: 'slow:{id}', ttlSeconds: 60, load: () => load.promise }) };
    const cache = shopCache(await bench.connect(), families, { closeTimeoutMs: 100 });
    const refreshed = cache.slow.refresh({ id: 1 });
    await vi.waitFor(() => expect(cache.health().loads.activeCount).toBe(1));
    expect(await cache.close()).toEqual({ ...NOTHING_LEFT, unfinished: ['loads'] });
    load.resolve(1);
    await refreshed;
  });

  it('closes what is written behind together', async () => {
    const both = held<void>();
    let begunCount = 0;
    const flush = async (): Promise<void> => {
      begunCount += 1;
      if (begunCount === 2) both.resolve();
      await both.promise;
    };
    const stock = counter({ key: 'stock:{id}', ttlSeconds: 60, load: async () => 0, flush });
    const views = counter({ key: 'views:{id}', ttlSeconds: 60, load: async () => 0, flush });
    const redis = await bench.connect();
    const cache = createCache({ redis, service: 'shop', families: {}, counters: { stock, views } });
    await cache.stock.increment({ id: 1 });
    await cache.views.increment({ id: 1 });
    expect(await cache.close()).toEqual(NOTHING_LEFT);
  });

  it('leaves what the source does not take to the next process', async () => {
    const flushed = held<void>();
    const stock = counter({
      ...{ key: 'stock:{id}', ttlSeconds: 60, load: async () => 0 },
      flush: () => flushed.promise,
    });
    const redis = await bench.connect();
    const cache = createCache({
      ...{ redis, service: 'shop', families: {}, counters: { stock } },
      closeTimeoutMs: 2_000,
      closeFlushMs: 20,
    });
    await cache.stock.increment({ id: 1 });
    expect(await cache.close()).toEqual({ ...NOTHING_LEFT, queuedChangeCount: 1 });
    flushed.resolve();
  });

  it.each([
    ['does not end', () => held<void>().promise],
    ['fails', () => Promise.reject(new Error('the bus is gone'))],
  ])('tells what was lost with a bus that %s', async (_, close) => {
    const cache = await openEventCache(openBus({ close, isAway: true }), 200);
    expect(await cache.publish('changed', null)).toMatchObject({ state: 'queued' });
    expect(await cache.close()).toEqual({ ...NOTHING_LEFT, lostEventCount: 1, unfinished: ['events'] });
  });

  it('tells the loads under way to stop, and not those that come after it', async () => {
    const signals: AbortSignal[] = [];
    const load = held<number>();
    const families = {
      slow: family({
        ...{ key: 'slow:{id}', ttlSeconds: 60 },
        load: (_, signal) => {
          signals.push(signal);
          return load.promise;
        },
      }),
    };
    const cache = shopCache(await bench.connect(), families, { closeTimeoutMs: 100 });
    const before = cache.slow.get({ id: 1 });
    await vi.waitFor(() => expect(signals).toHaveLength(1));
    await cache.close();
    const after = cache.slow.get({ id: 2 });
    await vi.waitFor(() => expect(signals).toHaveLength(2));
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, false]);
    load.resolve(7);
    expect(await Promise.all([before, after])).toEqual([7, 7]);
  });
});

it('a bus that cannot say how many events it has put aside leaves that unknown, and harms nobody', async () => {
  const unhandled = vi.fn();
  process.on('unhandledRejection', unhandled);
  const snapshot = vi.fn(() => Promise.reject(new Error('the bus is down')));
  const cache = await openEventCache(openBus({ snapshot }), 1_000);
  cache.snapshot();
  await vi.waitFor(() => expect(snapshot).toHaveBeenCalled());
  expect(await cache.metrics()).toContain('cache_');
  await cache.close();
  process.off('unhandledRejection', unhandled);
  expect(unhandled).not.toHaveBeenCalled();
});
