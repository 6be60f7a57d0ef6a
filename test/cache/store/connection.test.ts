import { readFileSync } from 'node:fs';
import { Cluster, type Redis } from 'ioredis';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type Cache, type CacheOptions, createCache } from '#cache/cache.ts';
import type { RedisClient } from '#cache/store/redisClient.ts';
import { freePort } from '#test/support/freePort.ts';
import { type ClientOptions, openClient } from '#test/support/redis/openClient.ts';
import { startRedisCluster } from '#test/support/redis/startRedisCluster.ts';
import { startSentinel } from '#test/support/redis/startSentinel.ts';
import { startRedis } from '#test/support/startRedis.ts';

type Shop = Cache<Record<never, never>>;

const states = new WeakMap<Shop, 'live' | 'lost'>();

let resources = new AsyncDisposableStack();
afterEach(async () => {
  await resources.disposeAsync();
  resources = new AsyncDisposableStack();
});

/** It ends with the test. */
function connect(options: ClientOptions): Redis {
  const client = openClient(options);
  resources.defer(() => client.disconnect());
  return client;
}

function open(redis: RedisClient, options: Partial<CacheOptions<Record<never, never>>> = {}): Shop {
  const cache = createCache({ redis, service: 'shop', families: {}, random: () => 0.5, ...options });
  cache.on('coherence', ({ state }) => void states.set(cache, state));
  resources.defer(async () => {
    await cache.close();
  });
  return cache;
}

/** A machine that is busy with other tests is slow, and that is not what is looked at here. */
const patient = { commandTimeoutMs: 5_000, breaker: { slowCallMs: 5_000 } };
const ttl = { ttlSeconds: 600 };
const tagged = { ...ttl, tags: ['a'] };

/** Until invalidations of other instances arrive. */
const live = (cache: Shop) => vi.waitFor(() => expect(states.get(cache)).toBe('live'), 15_000);

/** Stores, reads back, and hears of an invalidation by another instance. */
async function expectService(cache: Shop, other: Shop): Promise<void> {
  expect(await cache.set('x', 'stored', tagged)).toEqual({ state: 'stored' });
  expect(await cache.getOrSet('x', async () => 'loaded', tagged)).toBe('stored');
  expect(await other.invalidateTag('a')).toEqual({ state: 'done', removedCount: 1 });
  await vi.waitFor(async () => expect(await cache.getOrSet('x', async () => 'new', tagged)).toBe('new'));
}

describe('a client of one server', () => {
  it.each<[string, ClientOptions]>([
    ['with its defaults', {}],
    ['that connects when it is first used', { lazyConnect: true }],
    ['without an offline queue', { enableOfflineQueue: false }],
    ['that pipelines by itself', { enableAutoPipelining: true }],
    ['of RESP2', { protocol: 2 }],
    ['that does all of it', { lazyConnect: true, enableOfflineQueue: false, enableAutoPipelining: true }],
  ])('works %s', async (_, options) => {
    const redis = await startRedis();
    resources.use(redis);
    const cache = open(connect({ port: redis.port, ...options }), { ...patient, l1: {} });
    const other = open(connect({ port: redis.port }), patient);
    // Before the connection stands a call may go without Redis, but it goes.
    expect(await cache.getOrSet('first', async () => 'loaded', ttl)).toBe('loaded');
    await live(cache);
    await vi.waitFor(async () => expect(await cache.set('y', 1, ttl)).toEqual({ state: 'stored' }));
    await expectService(cache, other);
  });

  it('works with a password, and goes without Redis when it is wrong', async () => {
    const redis = await startRedis();
    resources.use(redis);
    await redis.client.config('SET', 'requirepass', 'secret');
    const cache = open(connect({ port: redis.port, password: 'secret' }), { ...patient, l1: {} });
    await live(cache);
    await expectService(cache, open(connect({ port: redis.port, password: 'secret' }), patient));
    const wrong = open(connect({ port: redis.port, password: 'wrong' }), { commandTimeoutMs: 100 });
    expect(await wrong.getOrSet('x', async () => 'loaded', ttl)).toBe('loaded');
    expect(await wrong.set('x', 1, ttl)).toMatchObject({ state: 'failed' });
  });

  it('works over TLS, invalidations included, and goes without Redis when the certificate is not trusted', async () => {
    const pem = (name: string) => new URL(`../../server/redis/tls/${name}`, import.meta.url);
    const tlsPort = await freePort();
    const redis = await startRedis([
      ...['--tls-port', String(tlsPort), '--tls-auth-clients', 'yes'],
      ...['--tls-cert-file', pem('server.crt').pathname, '--tls-key-file', pem('server.key').pathname],
      ...['--tls-ca-cert-file', pem('ca.pem').pathname],
    ]);
    resources.use(redis);
    const ca = readFileSync(pem('ca.pem'));
    const tls = { ca, cert: readFileSync(pem('client.crt')), key: readFileSync(pem('client.key')) };
    const over = (options: ClientOptions) => connect({ host: 'localhost', port: tlsPort, ...options });
    const cache = open(over({ tls }), { ...patient, l1: {} });
    await live(cache);
    await expectService(cache, open(over({ tls }), patient));
    const untrusting = open(over({ tls: {} }), { commandTimeoutMs: 100 });
    expect(await untrusting.getOrSet('x', async () => 'loaded', ttl)).toBe('loaded');
  });
});

describe('failover', () => {
  it('of a Sentinel: calls go on without Redis, and with it once the replica has taken over', async () => {
    const sentinel = await startSentinel();
    resources.use(sentinel);
    const cache = open(await sentinel.connect(), { ...patient, l1: {} });
    const other = open(await sentinel.connect(), patient);
    await live(cache);
    await expectService(cache, other);
    // A quick failover is over before anybody looks.
    let isLost = false;
    cache.on('coherence', ({ state }) => {
      isLost ||= state === 'lost';
    });
    await sentinel.killPrimary();
    expect(await cache.getOrSet('y', async () => 'loaded', ttl)).toBe('loaded');
    await vi.waitFor(() => expect(isLost).toBe(true), 15_000);
    await sentinel.waitForFailover();
    await vi.waitFor(async () => expect(await cache.set('y', 1, ttl)).toEqual({ state: 'stored' }), 15_000);
    await live(cache);
    await vi.waitFor(async () => expect(await other.set('y', 1, ttl)).toEqual({ state: 'stored' }), 15_000);
    await expectService(cache, other);
  });

  it('of a Cluster: the other slots serve on, and all of them once the replica has taken over', async () => {
    const cluster = await startRedisCluster({ replicaCount: 1 });
    resources.use(cluster);
    const options = { commandTimeoutMs: 300, breaker: { openMs: 100, maxOpenMs: 200, slowCallMs: 5_000 } };
    const cache = open(await cluster.connect(), { ...options, l1: {} });
    const other = open(await cluster.connect(), options);
    await live(cache);
    const keys = Array.from({ length: 30 }, (_, index) => `k${index}`);
    for (const key of keys)
      expect(await cache.set(key, 'stored', { ...ttl, l1: false })).toEqual({ state: 'stored' });
    for (const node of cluster.nodes.slice(0, 3)) await node.client.wait(1, 2_000);
    await cluster.killMasterOf('shop:k0');
    for (const key of keys) {
      expect(['stored', 'loaded']).toContain(await other.getOrSet(key, async () => 'loaded', ttl));
    }
    await cluster.waitForFailover();
    await vi.waitFor(
      async () => {
        for (const key of keys) expect(await other.set(key, 'after', ttl)).toEqual({ state: 'stored' });
      },
      { timeout: 15_000, interval: 100 },
    );
    for (const key of keys) {
      await vi.waitFor(async () => {
        expect(await cache.getOrSet(key, async () => 'loaded', { ...ttl, l1: false })).toBe('after');
      }, 10_000);
    }
    expect(await other.invalidatePattern('k*')).toMatchObject({ state: 'done', removedCount: keys.length });
  });
});

describe('a client of a Cluster', () => {
  it('works whether it connects late, has no offline queue or pipelines by itself', async () => {
    const cluster = await startRedisCluster();
    resources.use(cluster);
    const ports = cluster.nodes.map(({ port }) => ({ host: '127.0.0.1', port }));
    const other = open(await cluster.connect(), patient);
    for (const options of [
      { lazyConnect: true },
      { enableOfflineQueue: false },
      { enableAutoPipelining: true },
    ]) {
      const redis = new Cluster(ports, { ...options, redisOptions: { disableClientInfo: true } });
      redis.on('error', () => {});
      resources.defer(() => redis.disconnect());
      const cache = open(redis, { ...patient, l1: {} });
      expect(await cache.getOrSet('first', async () => 'loaded', ttl)).toBe('loaded');
      await vi.waitFor(async () => expect(await cache.set('y', 1, ttl)).toEqual({ state: 'stored' }), 5_000);
      await live(cache);
      await expectService(cache, other);
      await cluster.flushAll();
    }
  });
});
