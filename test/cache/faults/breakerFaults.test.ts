import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CacheEventMap } from '#cache/cache.ts';
import { startTcpProxy, type TcpProxy } from '#test/support/redis/startTcpProxy.ts';
import { type CacheBench, countOf, shopCache, startBench } from '../startCache.ts';

let bench: CacheBench;
let proxy: TcpProxy;
beforeEach(async () => {
  bench = await startBench();
  proxy = await startTcpProxy(bench.redis.port);
});
afterEach(async () => {
  await proxy[Symbol.asyncDispose]();
  await bench[Symbol.asyncDispose]();
});

/** A cache behind the proxy, quick to judge. */
async function openCache() {
  const redis = await bench.connect({ port: proxy.port });
  const cache = shopCache(
    redis,
    {},
    {
      commandTimeoutMs: 150,
      reconnectHungAfterMs: 300,
      breaker: { slowCallMs: 30, minimumCallCount: 8, openMs: 100, maxOpenMs: 200 },
    },
  );
  const transitions: CacheEventMap['breaker'][] = [];
  cache.on('breaker', (transition) => transitions.push(transition));
  const read = (key: string, load = async (): Promise<string> => 'loaded') =>
    cache.getOrSet(key, load, { ttlSeconds: 60, pattern: 'k:{id}' });
  return { cache, transitions, read };
}

const faults: readonly [string, (proxy: TcpProxy) => Promise<void>][] = [
  ['hangs', (cut) => cut.hang()],
  ['runs commands and answers none', (cut) => cut.hang('toClient')],
  ['is only half there', (cut) => cut.blackhole()],
  ['resets connections', (cut) => cut.reset()],
  [
    'is gone',
    async (cut) => {
      await cut.reset();
      await cut.refuse();
    },
  ],
  ['answers, but slowly', (cut) => cut.latency(40)],
];

describe.each(faults)('when Redis %s', (name, cutOff) => {
  it('the breaker opens, calls are answered without it, and it closes when all is well', async () => {
    const { cache, transitions, read } = await openCache();
    await cache.set('kept', 'stored', { ttlSeconds: 60 });
    expect(await read('kept')).toBe('stored');
    await cutOff(proxy);
    // Nobody is failed by it, whatever the state of the breaker.
    await vi.waitFor(async () => {
      const values = await Promise.all(Array.from({ length: 4 }, (_, index) => read(`new:${index}`)));
      expect(new Set(values)).toEqual(new Set(['loaded']));
      expect(transitions.some(({ to }) => to === 'open')).toBe(true);
    }, 10_000);
    const opened = transitions.find(({ to }) => to === 'open');
    const reasons = name.includes('slowly') ? ['slowCalls'] : ['failures', 'consecutiveFailures'];
    expect(reasons).toContain(opened?.reason);
    await proxy.pass();
    await vi.waitFor(async () => {
      await read('kept');
      expect(transitions.at(-1)?.to).toBe('closed');
    }, 15_000);
    await vi.waitFor(async () => expect(await read('kept')).toBe('stored'));
    expect(await countOf(cache, 'cache_errors_total', { code: 'breakerOpen' })).toBeGreaterThan(0);
  });
});

it('an open breaker keeps calls away from Redis', async () => {
  const { transitions, read } = await openCache();
  await proxy.hang();
  await vi.waitFor(async () => {
    await read('x');
    expect(transitions.at(-1)?.to).toBe('open');
  }, 10_000);
  const before = proxy.bytes();
  await Promise.all(Array.from({ length: 200 }, (_, index) => read(`k:${index}`)));
  expect(proxy.bytes().held).toBe(before.held);
  expect(proxy.bytes().toRedis).toBe(before.toRedis);
});

it('a Redis that is busy with a script is as good as away, until it has ended', async () => {
  const cache = shopCache(
    await bench.connect(),
    {},
    { commandTimeoutMs: 30_000, breaker: { openMs: 20, maxOpenMs: 20 } },
  );
  const { client } = bench.redis;
  await cache.set('x', 'stored', { ttlSeconds: 60 });
  await client.config('SET', 'busy-reply-threshold', 1);
  const script = (await bench.connect()).eval('while true do end', 0).catch(() => {});
  const read = () => cache.getOrSet('x', async () => 'loaded', { ttlSeconds: 60 });
  await vi.waitFor(async () => {
    expect(await read()).toBe('loaded');
    expect(cache.health().breaker.state).toBe('open');
  }, 20_000);
  expect(cache.health().refusedWrites).toBeNull();
  await client.script('KILL');
  await script;
  await vi.waitFor(async () => expect(await read()).toBe('stored'), 20_000);
});

it.each([
  'LOADING Redis is loading the dataset in memory',
  'BUSY Redis is busy running a script',
  'MASTERDOWN Link with MASTER is down',
  'CLUSTERDOWN The cluster is down',
  'NOAUTH Authentication required.',
])('a Redis that answers only "%s" is as good as away', async (reply) => {
  const redis = await bench.connect();
  const cache = shopCache(redis, {}, { commandTimeoutMs: 10_000 });
  const refused = vi.spyOn(redis, 'getBuffer').mockRejectedValue(new Error(reply));
  for (let read = 0; read < 6; read += 1) {
    expect(await cache.getOrSet(`k:${read}`, async () => 'loaded', { ttlSeconds: 60 })).toBe('loaded');
  }
  expect(cache.health()).toMatchObject({ state: 'degraded', breaker: { state: 'open' } });
  refused.mockRestore();
});

it('a pause of the process is no slowness of Redis', async () => {
  await shopCache(await bench.connect(), {}).set('x', 'stored', { ttlSeconds: 60 });
  const redis = await bench.connect();
  await redis.ping();
  const bounds = { commandTimeoutMs: 100, breaker: { minimumCallCount: 5, slowCallMs: 200 } };
  const cache = shopCache(redis, {}, bounds);
  // The first pause that is measured begins after the first tick of the measure, every 10 ms.
  const openedAtMs = performance.now();
  await vi.waitFor(() => expect(performance.now()).toBeGreaterThan(openedAtMs + 50));
  const reading = Promise.all(
    Array.from({ length: 10 }, () => cache.getOrSet('x', async () => 'loaded', { ttlSeconds: 60 })),
  );
  await new Promise((resolve) => setImmediate(resolve));
  const until = performance.now() + 400;
  while (performance.now() < until);
  expect(new Set(await reading)).toEqual(new Set(['stored']));
  expect(await countOf(cache, 'cache_errors_total', { code: 'timeout' })).toBe(0);
  expect(cache.health().breaker).toMatchObject({ state: 'closed', slowCallRatio: 0 });
});

it('a client that sends nothing again after a reconnect does not keep the cache away', async () => {
  const redis = await bench.connect({ port: proxy.port, autoResendUnfulfilledCommands: false });
  const cache = shopCache(
    redis,
    {},
    {
      commandTimeoutMs: 100,
      reconnectHungAfterMs: 300,
      breaker: { openMs: 50, maxOpenMs: 100 },
    },
  );
  await cache.set('x', 'stored', { ttlSeconds: 60 });
  await proxy.hang();
  expect(await cache.getOrSet('x', async () => 'loaded', { ttlSeconds: 60 })).toBe('loaded');
  await proxy.reset();
  await proxy.pass();
  await vi.waitFor(
    async () => expect(await cache.getOrSet('x', async () => 'loaded', { ttlSeconds: 60 })).toBe('stored'),
    10_000,
  );
});
