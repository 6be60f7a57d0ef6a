import { Redis } from 'ioredis';
import { afterAll, describe, expect, it } from 'vitest';
import { type CacheOptions, counter, createCache, family, memoryBus, redisStreamBus } from '#cache/cache.ts';
import { checkTimerMs } from '#cache/resilience/checkTimerMs.ts';
import type { RedisClient } from '#cache/store/redisClient.ts';

/** Nobody listens there, and nothing connects but by a call. */
const client = new Redis({ port: 1, lazyConnect: true, retryStrategy: () => null });
client.on('error', () => {});
const redis: RedisClient = client;
afterAll(() => client.disconnect());

it('takes what a timer can wait, and nothing that it would make 1 ms of', () => {
  for (const ms of [0.5, 1, 2_147_483_647]) checkTimerMs('waitMs', ms);
  for (const ms of [0, -1, Number.NaN, Number.POSITIVE_INFINITY, 2_147_483_648]) {
    expect(() => checkTimerMs('waitMs', ms)).toThrow(
      expect.objectContaining({
        code: 'badOptions',
        message: `waitMs must be above 0 and at most 2147483647, and is ${ms}.`,
      }),
    );
  }
});

describe('no option takes an infinite wait', () => {
  const open = (options: Partial<CacheOptions<Record<never, never>>>) =>
    createCache({ redis, service: 'shop', families: {}, ...options });
  const lives = { key: 'x:{id}', ttlSeconds: 60, load: async () => 1 };
  const flush = async (): Promise<void> => {};
  const load = lives.load;
  const never = Number.POSITIVE_INFINITY;

  it.each<[string, () => unknown]>([
    ['commandTimeoutMs', () => open({ commandTimeoutMs: never })],
    ['reconnectHungAfterMs', () => open({ reconnectHungAfterMs: never })],
    ['heartbeatMs', () => open({ heartbeatMs: never })],
    ['closeFlushMs', () => open({ closeFlushMs: never })],
    ['closeTimeoutMs', () => open({ closeTimeoutMs: never })],
    ['waitTimeoutMs', () => open({ loads: { waitTimeoutMs: never } })],
    ['retry.backoffMs', () => open({ retry: { backoffMs: never } })],
    ['retry.maxBackoffMs', () => open({ retry: { maxBackoffMs: never } })],
    ['readyTimeoutMs', () => open({ warming: { readyTimeoutMs: never } })],
    ['recoveryJitterMs', () => open({ warming: { recoveryJitterMs: never } })],
    ['leaseMs', () => open({ warming: { leaseMs: never } })],
    ['everySeconds', () => open({ warmers: { all: { list: () => [], on: { everySeconds: 1e9 } } } })],
    ['perSecond', () => open({ warmers: { all: { list: () => [], perSecond: 1e-9 } } })],
    ['maxPerSecond', () => open({ verify: { maxPerSecond: 1e-9 } })],
    ['settleMs', () => open({ verify: { settleMs: never } })],
    ['blockMs', () => redisStreamBus({ blockMs: never })],
    ['retryDelayMs', () => redisStreamBus({ retryDelayMs: never })],
    ['retryDelayMs', () => memoryBus({ retryDelayMs: never })],
    ['loadTimeoutMs', () => family({ ...lives, loadTimeoutMs: never })],
    ['loadTimeoutMs', () => family({ ...lives, loadTimeoutMs: 2 ** 31 })],
    ['serveStaleAfterMs', () => family({ ...lives, serveStaleAfterMs: 2 ** 31 })],
    ['loadTimeoutMs', () => counter({ key: 'x:{id}', ttlSeconds: 60, load, flush, loadTimeoutMs: never })],
    [
      'flushIntervalMs',
      () => counter({ key: 'x:{id}', ttlSeconds: 60, load, flush, flushIntervalMs: 2 ** 31 }),
    ],
  ])('%s', (name, make) => {
    expect(make).toThrow(
      expect.objectContaining({ code: 'badOptions', message: expect.stringContaining(name) }),
    );
  });

  it('nor does a call', async () => {
    const cache = open({});
    const wait = cache.getOrSet('x', load, { ttlSeconds: 60, waitTimeoutMs: never });
    await expect(wait).rejects.toMatchObject({ code: 'badOptions' });
    await cache.close();
  });
});

describe('counts are whole, and bounded where Redis is', () => {
  it.each<[string, Partial<CacheOptions<Record<never, never>>>]>([
    ['retry.maxQueuedCount', { retry: { maxQueuedCount: 0 } }],
    ['retry.maxQueuedCount', { retry: { maxQueuedCount: 1.5 } }],
    ['retry.maxRefusedCount', { retry: { maxRefusedCount: -1 } }],
    ['retry.backoffMs', { retry: { backoffMs: 0 } }],
    ['maxTagsPerEntry', { maxTagsPerEntry: 0 }],
    ['maxTagsPerEntry', { maxTagsPerEntry: 1_001 }],
  ])('%s', (name, options) => {
    expect(() => createCache({ redis, service: 'shop', families: {}, ...options })).toThrow(
      expect.objectContaining({ code: 'badOptions', message: expect.stringContaining(name) }),
    );
  });
});
