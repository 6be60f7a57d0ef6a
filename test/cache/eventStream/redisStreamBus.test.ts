import { afterAll, beforeAll } from 'vitest';
import { redisStreamBus } from '#cache/eventStream/redisStreamBus.ts';
import { describeEventBus } from '../eventBus/eventBusContract.ts';
import { type CacheBench, openTransport, startBench } from '../startCache.ts';

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
