import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Redis } from 'ioredis';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Cache } from '#cache/cache.ts';
import { freePort } from '#test/support/freePort.ts';
import { type ClientOptions, openClient } from '#test/support/redis/openClient.ts';
import { startRedis } from '#test/support/startRedis.ts';
import { shopCache } from '../startCache.ts';

type Shop = Cache<Record<never, never>>;

/** The breaker looks again soon, so that the tests need not wait for it. */
const bounds = { retry: { maxQueuedCount: 1_000 }, breaker: { maxOpenMs: 500 } };

let resources = new AsyncDisposableStack();
afterEach(async () => {
  await resources.disposeAsync();
  resources = new AsyncDisposableStack();
});

function connect(options: ClientOptions): Redis {
  const client = openClient(options);
  resources.defer(() => client.disconnect());
  return client;
}

describe('while Redis is away', () => {
  setFlagsFromString('--expose-gc');
  const collect: () => void = runInNewContext('gc');
  const heapBytes = (): number => {
    collect();
    return process.memoryUsage().heapUsed;
  };
  const MEBIBYTE = 1_048_576;

  /** Most commands that a client holds: waiting for a connection or for a reply. */
  const heldBy = (redis: Redis): number => {
    const lengthOf = (name: string): number => {
      const queue: unknown = Reflect.get(redis, name);
      return typeof queue === 'object' && queue !== null ? Number(Reflect.get(queue, 'length')) : 0;
    };
    return lengthOf('offlineQueue') + lengthOf('commandQueue');
  };

  async function callOften(cache: Shop, redis: Redis): Promise<{ grownBytes: number; mostHeld: number }> {
    const before = heapBytes();
    let mostHeld = 0;
    let wrongCount = 0;
    for (let round = 0; round < 50; round += 1) {
      const calls = Array.from({ length: 1_000 }, async (_, index) => {
        const key = `k${round}:${index}`;
        if (index % 10 === 0) return cache.delete(key);
        const value = await cache.getOrSet(key, async () => index, { ttlSeconds: 60, tags: ['a'] });
        if (value !== index) wrongCount += 1;
      });
      mostHeld = Math.max(mostHeld, heldBy(redis));
      await Promise.all(calls);
    }
    expect(wrongCount).toBe(0);
    return { grownBytes: heapBytes() - before, mostHeld };
  }

  it.each<[string, ClientOptions]>([
    ['that reconnects', {}],
    ['without an offline queue', { enableOfflineQueue: false }],
  ])('50,000 calls of a client %s fill neither its queue nor the heap, and end fast', async (_, options) => {
    const redis = await startRedis();
    resources.use(redis);
    const client = connect({ port: redis.port, ...options });
    const cache = shopCache(client, {}, bounds);
    await vi.waitFor(() => expect(client.status).toBe('ready'));
    await redis.kill();
    await vi.waitFor(() => expect(client.status).not.toBe('ready'));
    const startedAt = performance.now();
    const { grownBytes, mostHeld } = await callOften(cache, client);
    expect(performance.now() - startedAt).toBeLessThan(30_000);
    expect(mostHeld).toBeLessThanOrEqual(10_000);
    expect(grownBytes).toBeLessThan(16 * MEBIBYTE);
    await redis.restart();
    await vi.waitFor(
      async () => expect(await cache.set('x', 1, { ttlSeconds: 600 })).toEqual({ state: 'stored' }),
      10_000,
    );
  });

  it('50,000 calls of a client that never had a connection do not either', async () => {
    const client = connect({ port: await freePort(), maxRetriesPerRequest: null });
    const cache = shopCache(client, {}, bounds);
    const { grownBytes, mostHeld } = await callOften(cache, client);
    expect(mostHeld).toBeLessThanOrEqual(10_000);
    expect(grownBytes).toBeLessThan(16 * MEBIBYTE);
  });

  it('50,000 calls to a server that hangs do not either', async () => {
    const redis = await startRedis();
    resources.use(redis);
    const client = connect({ port: redis.port });
    const cache = shopCache(client, {}, { ...bounds, commandTimeoutMs: 100 });
    await vi.waitFor(() => expect(client.status).toBe('ready'));
    redis.hang();
    const { grownBytes, mostHeld } = await callOften(cache, client);
    expect(mostHeld).toBeLessThanOrEqual(10_000);
    expect(grownBytes).toBeLessThan(16 * MEBIBYTE);
    redis.resume();
    await vi.waitFor(
      async () => expect(await cache.set('x', 1, { ttlSeconds: 600 })).toEqual({ state: 'stored' }),
      10_000,
    );
  });
});
