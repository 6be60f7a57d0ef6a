import { afterAll, beforeAll, beforeEach, describe, expect, expectTypeOf, it, vi } from 'vitest';
import { z } from 'zod';
import { type EventCalls, prepareContracts } from '#cache/eventBus/declaredEvents.ts';
import { type EventContracts, event, type PayloadOf } from '#cache/eventBus/eventContract.ts';
import type { FamilyKey } from '#cache/eventBus/keyNames.ts';
import { memoryBus } from '#cache/eventBus/memoryBus.ts';
import { type CacheBench, keptKeys, startBench } from '../startCache.ts';
import { families, openService, type Service } from './openService.ts';
import { until } from './until.ts';

let bench: CacheBench;
beforeAll(async () => {
  bench = await startBench();
});
afterAll(() => bench[Symbol.asyncDispose]());
beforeEach(() => bench.redis.client.flushall());

/** Reads until L1 holds the product. */
async function fillL1({ cache, core }: Service, id: number): Promise<void> {
  await until(async () => {
    await cache.product.get({ id });
    expect(core.memory.readL1(`shop:product:${id}`)).toBeDefined();
  });
}

describe('a declared event', () => {
  it('removes keys, tags and patterns of the service from Redis, and tells lag and number', async () => {
    const bus = memoryBus();
    const contracts = prepareContracts(families, (keyOf) => ({
      moved: event<{ id: number }>({
        invalidates: ({ id }) => ({
          keys: [keyOf.product({ id }), 'plain:1'],
          tags: [`p${id + 1}`],
          patterns: [`product:${id + 2}*`],
        }),
      }),
    }));
    let nowMs = 1_000;
    await using shop = openService(await bench.connect(), { bus, contracts, clock: () => nowMs });
    for (const id of [1, 2, 3, 31, 4]) await shop.cache.product.get({ id });
    await bench.redis.client.set('shop:plain:1', 'x');
    const published = shop.declared.publish('moved', { id: 1 });
    nowMs += 40;
    expect(await published).toMatchObject({ state: 'published' });
    await until(() => expect(shop.count('applied')).toBe(1));
    expect((await keptKeys(bench.redis.client)).filter((key) => !key.includes('tag'))).toEqual([
      'shop:product:4',
    ]);
    expect(shop.seen).toEqual([
      { event: 'moved', state: 'published', count: 1, lagMs: null, fanOut: 0 },
      { event: 'moved', state: 'applied', count: 1, lagMs: 40, fanOut: 5 },
    ]);
  });

  it('keeps serving the old value while it is refreshed, when it asks for that', async () => {
    const contracts = {
      changed: event<null>({ invalidates: () => ({ keys: ['product:1'], mode: 'soft' }) }),
    };
    await using shop = openService(await bench.connect(), { bus: memoryBus(), contracts });
    await shop.cache.product.get({ id: 1 });
    await shop.declared.publish('changed', null);
    await until(() => expect(shop.count('applied')).toBe(1));
    expect(await bench.redis.client.exists('shop:product:1')).toBe(1);
    expect(shop.seen.at(-1)).toMatchObject({ fanOut: 1 });
  });

  it('finds the entry of a family whose version has risen', async () => {
    await using shop = openService(await bench.connect(), { bus: memoryBus() });
    await shop.cache.price.get({ id: 1 });
    await shop.core.invalidate({ kind: 'version', target: 'prices', mode: 'hard', source: 'version' });
    await shop.cache.price.get({ id: 1 });
    await shop.declared.publish('price.updated', { id: 1 });
    await until(() => expect(shop.count('applied')).toBe(1));
    expect(shop.seen.at(-1)).toMatchObject({ fanOut: 1 });
    const left = await keptKeys(bench.redis.client);
    expect(left).not.toContain(shop.cache.price.key({ id: 1 }));
    expect(left.filter((key) => key.startsWith('shop:price:1'))).toHaveLength(1);
  });

  it('finds the entry of a family whose version was raised by another instance, of which it has not heard', async () => {
    await using shop = openService(await bench.connect(), {
      bus: memoryBus(),
      clock: () => 1_700_000_000_000,
    });
    await shop.cache.price.get({ id: 1 });
    await using other = openService(await bench.connect(), { isStarted: false });
    await other.core.invalidate({ kind: 'version', target: 'prices', mode: 'hard', source: 'version' });
    await other.cache.price.refresh({ id: 1 });
    await shop.declared.publish('price.updated', { id: 1 });
    await until(() => expect(shop.count('applied')).toBe(1));
    expect(shop.seen.at(-1)).toMatchObject({ fanOut: 1 });
    expect(await keptKeys(bench.redis.client)).not.toContain(other.cache.price.key({ id: 1 }));
  });

  it('leaves the memory of its publisher at once, before it has been applied', async () => {
    const bus = memoryBus();
    await using shop = openService(await bench.connect(), { bus, l1: {}, isStarted: false });
    await until(() => expect(shop.core.coherence.session).not.toBeNull());
    await fillL1(shop, 1);
    const hits: string[] = [];
    shop.core.events.on('layerLookup', ({ layer, result }) => void hits.push(`${layer} ${result}`));
    await shop.cache.product.get({ id: 1 });
    await shop.declared.publish('product.updated', { id: 1 });
    await shop.cache.product.get({ id: 1 });
    expect(hits).toEqual(['l1 hit', 'l1 miss', 'l2 hit']);
  });

  it('leaves the L1 of all instances when one of them has applied it', async () => {
    const bus = memoryBus();
    await using first = openService(await bench.connect(), { bus, l1: {} });
    await using second = openService(await bench.connect(), {
      bus,
      l1: {},
      instance: 'i2',
      isStarted: false,
    });
    await until(() => expect(second.core.coherence.session).not.toBeNull());
    await fillL1(second, 1);
    await first.declared.publish('product.updated', { id: 1 });
    await until(() => expect(second.core.memory.readL1('shop:product:1')).toBeUndefined());
  });

  it('is ignored and counted where it is not declared', async () => {
    const bus = memoryBus();
    await using shop = openService(await bench.connect(), { bus });
    const contracts = { 'order.paid': event<number>({}) };
    await using orders = openService(await bench.connect(), { bus, contracts, service: 'orders' });
    await orders.declared.publish('order.paid', 1);
    await until(async () => expect(await shop.declared.snapshot()).toMatchObject({ ignoredCount: 1 }));
    expect(shop.seen).toEqual([]);
    expect(await shop.declared.snapshot()).toMatchObject({
      subscription: { undeliveredCount: 0, pendingCount: 0, deadLetterCount: 0 },
    });
    // Who declares nothing that is invalidated takes no part.
    expect(await orders.declared.snapshot()).toEqual({ subscription: null, queuedCount: 0, ignoredCount: 0 });
  });
});

describe('a batch of events', () => {
  it('invalidates each target once, hard where any of them asks for it', async () => {
    const contracts = {
      soft: event<null>({ invalidates: () => ({ keys: ['product:1'], tags: ['p1'], mode: 'soft' }) }),
      hard: event<null>({ invalidates: () => ({ keys: ['product:1'] }) }),
    };
    await using shop = openService(await bench.connect(), { bus: memoryBus(), contracts });
    const asked = vi.spyOn(shop.core.invalidator, 'invalidate');
    await Promise.all([
      shop.declared.publish('soft', null),
      shop.declared.publish('hard', null),
      shop.declared.publish('soft', null),
    ]);
    await until(() => expect(shop.count('applied')).toBe(3));
    expect(asked.mock.calls.map(([{ kind, mode, source }]) => [kind, mode, source])).toEqual([
      ['tag', 'soft', 'event'],
      ['key', 'hard', 'event'],
    ]);
  });

  it('runs four invalidations at a time, however many there are', async () => {
    const contracts = {
      wide: event<null>({ invalidates: () => ({ keys: Array.from({ length: 50 }, (_, id) => `p:${id}`) }) }),
    };
    await using shop = openService(await bench.connect(), { bus: memoryBus(), contracts });
    let running = 0;
    let most = 0;
    const invalidate = shop.core.invalidator.invalidate.bind(shop.core.invalidator);
    vi.spyOn(shop.core.invalidator, 'invalidate').mockImplementation(async (invalidation) => {
      running += 1;
      most = Math.max(most, running);
      const result = await invalidate(invalidation);
      running -= 1;
      return result;
    });
    await shop.declared.publish('wide', null);
    await until(() => expect(shop.count('applied')).toBe(1));
    expect(most).toBe(4);
  });
});

describe('an event that cannot be applied', () => {
  it.each([
    ['poison', 'Error: a contract with a fault'],
    ['broad', 'patternTooBroad: '],
  ])('is counted and put aside with the reason: %s', async (name, reason) => {
    const bus = memoryBus();
    const reasons: string[] = [];
    await using shop = openService(await bench.connect(), {
      bus: {
        open: (around) => {
          const opened = bus.open(around);
          return {
            ...opened,
            subscribe: (subscriber) =>
              opened.subscribe({
                ...subscriber,
                deadLettered: (dead, why) => {
                  reasons.push(why);
                  subscriber.deadLettered(dead, why);
                },
              }),
          };
        },
      },
    });
    expect(await shop.declared.publish(name, null)).toMatchObject({ state: 'published' });
    await shop.declared.publish('product.updated', { id: 1 });
    await until(() => expect(shop.count('deadLettered', name)).toBe(1));
    expect(shop.count('failed', name)).toBe(5);
    expect(shop.count('applied')).toBe(1);
    expect(reasons).toEqual([expect.stringContaining(reason)]);
  });

  it('is refused when its payload does not fit the schema, or has no form in JSON', async () => {
    const contracts = {
      checked: event({ schema: z.object({ id: z.number() }), invalidates: () => ({}) }),
      free: event<unknown>({}),
    };
    await using shop = openService(await bench.connect(), { bus: memoryBus(), contracts });
    await expect(shop.declared.publish('checked', { id: 'x' })).rejects.toMatchObject({
      code: 'invalidValue',
    });
    await expect(shop.declared.publish('free', 1n)).rejects.toMatchObject({ code: 'invalidValue' });
    await expect(shop.declared.publish('free', undefined)).rejects.toMatchObject({ code: 'invalidValue' });
    await expect(shop.declared.publish('toString', 1)).rejects.toMatchObject({ code: 'unknownEvent' });
    expect(shop.seen).toEqual([]);
  });
});

describe('a bus that rejects, which it should not', () => {
  it.each([
    ['rejects', () => Promise.reject(new Error('bus down'))],
    [
      'throws',
      () => {
        throw new Error('bus down');
      },
    ],
  ])('is asked again until it takes the event: %s', async (_, fail) => {
    const bus = memoryBus();
    let failuresLeft = 3;
    await using shop = openService(await bench.connect(), {
      retry: { backoffMs: 1, maxBackoffMs: 2 },
      bus: {
        open: (around) => {
          const opened = bus.open(around);
          return {
            ...opened,
            publish: (envelope) => {
              failuresLeft -= 1;
              return failuresLeft >= 0 ? fail() : opened.publish(envelope);
            },
          };
        },
      },
    });
    expect(await shop.declared.publish('product.updated', { id: 1 })).toMatchObject({
      state: 'queued',
      code: 'wentWrong',
    });
    await until(() => expect(shop.count('applied', 'product.updated')).toBe(1));
    expect(shop.count('published', 'product.updated')).toBe(1);
    expect(shop.fallbacks).toMatchObject([{ operation: 'event', code: 'wentWrong' }]);
  });
});

describe('the types of declared events', () => {
  it('flow from the schema or the declaration to publish, and from the families to the names of entries', () => {
    const declared = prepareContracts(families, (keyOf) => ({
      'product.updated': event({
        schema: z.object({ id: z.number() }),
        invalidates: ({ id }) => ({ keys: [keyOf.product({ id })] }),
      }),
      'price.updated': event<{ sku: string }>({ invalidates: ({ sku }) => ({ tags: [sku] }) }),
      annotated: event({ invalidates: (payload: { at: number }) => ({ keys: [`day:${payload.at}`] }) }),
    }));
    expectTypeOf<PayloadOf<(typeof declared)['product.updated']>>().toEqualTypeOf<{ id: number }>();
    expectTypeOf<PayloadOf<(typeof declared)['price.updated']>>().toEqualTypeOf<{ sku: string }>();
    expectTypeOf<PayloadOf<(typeof declared)['annotated']>>().toEqualTypeOf<{ at: number }>();
    type Publish = EventCalls<typeof declared>['publish'];
    expectTypeOf<Publish>().parameter(0).toEqualTypeOf<'product.updated' | 'price.updated' | 'annotated'>();
    expectTypeOf(declared).toExtend<EventContracts>();
    prepareContracts(families, (keyOf) => {
      expectTypeOf(keyOf.product).parameter(0).toEqualTypeOf<{ readonly id: string | number }>();
      expectTypeOf(keyOf.price).returns.toEqualTypeOf<FamilyKey>();
      return {};
    });
    expect(Object.keys(prepareContracts(families, declared))).toEqual(Object.keys(declared));
  });
});
