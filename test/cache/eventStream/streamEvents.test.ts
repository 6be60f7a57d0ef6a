import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { joinOnce, openJoined, openService, quickBus, standing } from '../eventBus/openService.ts';
import { until } from '../eventBus/until.ts';
import { type CacheBench, keptKeys, startBench } from '../startCache.ts';

let bench: CacheBench;
beforeAll(async () => {
  bench = await startBench();
});
afterAll(() => bench[Symbol.asyncDispose]());
beforeEach(() => bench.redis.client.flushall());

const STREAM = 'cachescope:events';

describe('a service on the stream', () => {
  it('applies what was published while it was down', async () => {
    await joinOnce(await bench.connect());
    await using catalog = openService(await bench.connect(), { service: 'catalog', isStarted: false });
    await bench.redis.client.set('shop:product:1', 'old');
    await catalog.declared.publish('product.updated', { id: 1 });
    await using shop = openService(await bench.connect());
    await until(() => expect(shop.count('applied')).toBe(1));
    expect(await keptKeys(bench.redis.client)).toEqual([]);
  });

  it('takes up at once, under the name it had, what it had read and not finished when it was killed', async () => {
    await joinOnce(await bench.connect());
    await using catalog = openService(await bench.connect(), { service: 'catalog', isStarted: false });
    await bench.redis.client.set('shop:product:1', 'old');
    await catalog.declared.publish('product.updated', { id: 1 });
    // Read by an instance that ended before it could acknowledge.
    await bench.redis.client.xreadgroup('GROUP', 'shop', 'pod-1', 'STREAMS', STREAM, '>');
    const bus = quickBus({ claimIdleMs: 600_000 });
    await using shop = openService(await bench.connect(), { bus, instance: 'pod-1' });
    await until(() => expect(shop.count('applied')).toBe(1));
    expect(shop.count('replayed')).toBe(1);
    expect(await keptKeys(bench.redis.client)).toEqual([]);
    expect(await standing(shop)).toMatchObject({ pendingCount: 0, lostCount: 0 });
  });

  it('takes up what another instance let lie, after a time', async () => {
    await joinOnce(await bench.connect());
    await using catalog = openService(await bench.connect(), { service: 'catalog', isStarted: false });
    await catalog.declared.publish('product.updated', { id: 1 });
    await bench.redis.client.xreadgroup('GROUP', 'shop', 'gone', 'STREAMS', STREAM, '>');
    await using shop = openService(await bench.connect(), { bus: quickBus({ claimIdleMs: 100 }) });
    await until(() => expect(shop.count('applied')).toBe(1));
    expect(shop.count('replayed', 'product.updated')).toBe(1);
    expect(await standing(shop)).toMatchObject({ pendingCount: 0, lostCount: 0 });
  });

  it('knows a repeat by its id, and applies it once', async () => {
    await using shop = await openJoined(await bench.connect());
    await using catalog = openService(await bench.connect(), { service: 'catalog', isStarted: false });
    await catalog.declared.publish('product.updated', { id: 1 });
    await until(() => expect(shop.count('applied')).toBe(1));
    const [[, fields] = ['', []]] = await bench.redis.client.xrange(STREAM, '-', '+');
    await bench.redis.client.xadd(STREAM, '*', ...fields.with(1, '2'));
    await until(() => expect(shop.count('duplicate', 'product.updated')).toBe(1));
    expect(shop.count('applied')).toBe(1);
  });

  it('counts a redelivery after a lost acknowledgement as a repeat', async () => {
    await using shop = await openJoined(await bench.connect(), { bus: quickBus({ claimIdleMs: 600_000 }) });
    await using catalog = openService(await bench.connect(), { service: 'catalog', isStarted: false });
    const invalidate = shop.core.invalidator.invalidate.bind(shop.core.invalidator);
    vi.spyOn(shop.core.invalidator, 'invalidate').mockImplementationOnce(async (invalidation) => {
      const result = await invalidate(invalidation);
      const lost = { isDone: false, code: 'timeout', error: null } as const;
      vi.spyOn(shop.core.transport, 'run').mockResolvedValueOnce(lost);
      return result;
    });
    await catalog.declared.publish('product.updated', { id: 1 });
    await until(() => expect(shop.count('duplicate')).toBe(1));
    await until(async () => expect(await standing(shop)).toMatchObject({ pendingCount: 0, lostCount: 0 }));
    expect(shop.count('applied')).toBe(1);
  });

  it('is one of two in the same Redis, each with its own keys', async () => {
    await using shop = await openJoined(await bench.connect());
    await using mail = await openJoined(await bench.connect(), { service: 'mail' });
    await bench.redis.client.mset('shop:product:1', 'x', 'mail:product:1', 'x', 'shop:product:2', 'x');
    await shop.declared.publish('product.updated', { id: 1 });
    await until(() => expect([shop.count('applied'), mail.count('applied')]).toEqual([1, 1]));
    expect(await keptKeys(bench.redis.client)).toEqual(['shop:product:2']);
  });

  it('handles each event in one of its instances', async () => {
    await using first = await openJoined(await bench.connect(), { bus: quickBus({ batchSize: 1 }) });
    await using second = await openJoined(await bench.connect(), {
      bus: quickBus({ batchSize: 1 }),
      instance: 'i2',
    });
    await Promise.all(
      Array.from({ length: 40 }, (_, id) => first.declared.publish('product.updated', { id })),
    );
    await until(() => expect(first.count('applied') + second.count('applied')).toBe(40));
    expect(first.count('applied')).toBeGreaterThan(0);
    expect(second.count('applied')).toBeGreaterThan(0);
    expect(
      [first, second].map((one) => one.count('duplicate') + one.count('lost') + one.count('replayed')),
    ).toEqual([0, 0]);
  });

  it('removes thousands of entries behind one tag in pages, and tells how many', async () => {
    await using shop = await openJoined(await bench.connect());
    const members = Array.from({ length: 5_000 }, (_, id) => `shop:product:${id}`);
    await bench.redis.client.mset(members.flatMap((key) => [key, 'x']));
    await bench.redis.client.sadd('shop:tag:all', ...members);
    await bench.redis.client.config('RESETSTAT');
    await shop.declared.publish('all.updated', null);
    await until(() => expect(shop.count('applied')).toBe(1));
    expect(shop.seen.at(-1)).toMatchObject({ fanOut: 5_000 });
    expect(await keptKeys(bench.redis.client)).toEqual([]);
    const slowest = /cmdstat_evalsha:calls=(\d+)/.exec(await bench.redis.client.info('commandstats'));
    expect(Number(slowest?.[1])).toBeGreaterThanOrEqual(50);
  });
});
