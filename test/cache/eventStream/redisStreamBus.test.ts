import { afterAll, beforeAll, expect, it } from 'vitest';
import { redisStreamBus } from '#cache/eventStream/redisStreamBus.ts';
import { describeEventBus } from '../eventBus/eventBusContract.ts';
import { openJoined, quickBus } from '../eventBus/openService.ts';
import { until } from '../eventBus/until.ts';
import { type CacheBench, keptKeys, openTransport, startBench } from '../startCache.ts';

let bench: CacheBench;
beforeAll(async () => {
  bench = await startBench();
});
afterAll(() => bench[Symbol.asyncDispose]());

describeEventBus('redisStreamBus', async (maxLength) => {
  await bench.redis.client.flushall();
  const redis = await bench.connect();
  const bus = redisStreamBus({ blockMs: 50, claimIdleMs: 60_000, retryDelayMs: 5 }).open({
    redis,
    transport: openTransport(redis),
    clock: Date.now,
    random: () => 0.5,
    pause: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  });
  return {
    bus,
    trim: async () => {
      await bench.redis.client.xtrim('cachescope:events', 'MAXLEN', maxLength);
    },
    [Symbol.asyncDispose]: async () => {
      bus.close();
      redis.disconnect();
    },
  };
});

it.each([
  { stream: '' },
  { stream: 'a{b' },
  { maxLength: 0 },
  { batchSize: 1_001 },
  { blockMs: Number.NaN },
  { maxDeliveries: 0 },
])('refuses options that make no sense: %o', (options) => {
  expect(() => redisStreamBus(options)).toThrow(expect.objectContaining({ code: 'badOptions' }));
});

it("may have a Redis of its own, and then leaves the cache's alone", async () => {
  await bench.redis.client.flushall();
  await using other = await startBench();
  const bus = quickBus({ redis: await other.connect() });
  await using shop = await openJoined(await bench.connect(), { bus });
  await bench.redis.client.set('shop:product:1', 'old');
  await shop.declared.publish('product.updated', { id: 1 });
  await until(() => expect(shop.count('applied')).toBe(1));
  expect(await keptKeys(bench.redis.client)).toEqual([]);
  expect(await bench.redis.client.exists('cachescope:events')).toBe(0);
  expect(await other.redis.client.xlen('cachescope:events')).toBe(1);
});

it('reads a batch for a handful of hits in the statistics of Redis, not one an event', async () => {
  await bench.redis.client.flushall();
  await using shop = await openJoined(await bench.connect(), { bus: quickBus({ claimIdleMs: 600_000 }) });
  await bench.redis.client.config('RESETSTAT');
  await Promise.all(Array.from({ length: 200 }, (_, id) => shop.declared.publish('product.updated', { id })));
  await until(() => expect(shop.count('applied')).toBe(200));
  const hits = /keyspace_hits:(\d+)/.exec(await bench.redis.client.info('stats'));
  expect(Number(hits?.[1])).toBeLessThan(100);
});
