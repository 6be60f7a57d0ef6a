import { Cluster } from 'ioredis';
import { expect, it, vi } from 'vitest';
import { family } from '#cache/cache.ts';
import { connectSubscriber } from '#cache/memory/connectSubscriber.ts';
import { startRedisCluster } from '#test/support/redis/startRedisCluster.ts';
import { countOf, shopCache } from '../startCache.ts';

vi.setConfig({ testTimeout: 60_000 });

it('of a Cluster client that knows no node yet hears the others soon after it has connected', async () => {
  await using cluster = await startRedisCluster();
  await using resources = new AsyncDisposableStack();
  const page = family({ key: 'page:{id}', ttlSeconds: 600, load: async () => 'loaded' });
  const open = (redis: Cluster) => {
    const cache = shopCache(redis, { page }, { l1: {}, heartbeatMs: 20, commandTimeoutMs: 10_000 });
    resources.defer(async () => void (await cache.close()));
    return cache;
  };
  const nodes = cluster.nodes.map(({ port }) => ({ host: '127.0.0.1', port }));
  const late = new Cluster(nodes, { lazyConnect: true, redisOptions: { disableClientInfo: true } });
  resources.defer(() => late.disconnect());
  const cache = open(late);
  const other = open(await cluster.connect());
  await vi.waitFor(() => expect(other.health().coherence).toBe('live'), 20_000);
  // It does not connect the client by itself, which is the caller's.
  expect(late.status).toBe('wait');
  expect(connectSubscriber(late, () => 0.5)).toBeNull();
  expect(cache.health().coherence).toBe('lost');

  await late.connect();
  await vi.waitFor(() => expect(cache.health().coherence).toBe('live'), 20_000);
  const l1Hits = () => countOf(cache, 'cache_layer_gets_total', { layer: 'l1', result: 'hit' });
  await vi.waitFor(async () => {
    await cache.page.get({ id: 1 });
    expect(await l1Hits()).toBeGreaterThan(0);
  }, 20_000);
  const heard = new Promise((resolve) => cache.on('broadcast', resolve));
  await other.page.delete({ id: 1 });
  await heard;
  expect(cache.page.peek({ id: 1 })).toBeUndefined();
});
