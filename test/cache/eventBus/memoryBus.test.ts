import { Redis } from 'ioredis';
import { afterAll } from 'vitest';
import { memoryBus } from '#cache/eventBus/memoryBus.ts';
import { openTransport } from '../startCache.ts';
import { describeEventBus } from './eventBusContract.ts';

/** Never connected: this bus asks for nothing. */
const redis = new Redis({ lazyConnect: true });
afterAll(() => redis.disconnect());

describeEventBus('memoryBus', async (maxLength) => {
  const bus = memoryBus({ maxLength, retryDelayMs: 1 }).open({
    redis,
    transport: openTransport(redis),
    clock: Date.now,
    random: () => 0.5,
    pause: () => Promise.resolve(),
  });
  return { bus, trim: async () => {}, [Symbol.asyncDispose]: async () => bus.close() };
});
