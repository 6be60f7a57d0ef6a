import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type CacheOptions, type Family, family } from '#cache/cache.ts';
import { startRedis, type TestRedis } from '#test/support/startRedis.ts';
import { type CacheBench, countOf, shopCache, startBench } from '../startCache.ts';

vi.setConfig({ testTimeout: 60_000 });
const patience = { timeout: 20_000 };

type Families = { readonly page: Family<'page:{id}', string>; readonly bare: Family<'bare:{id}', string> };

let bench: CacheBench;
let resources: AsyncDisposableStack;
beforeEach(async () => {
  resources = new AsyncDisposableStack();
  bench = resources.use(await startBench());
});
afterEach(() => resources.disposeAsync());

/** An instance in a time of its own, whose source counts what it is asked; a busy machine is no slow Redis. */
async function openInstance(options: Partial<CacheOptions<Families>> = { l1: {} }, port = bench.redis.port) {
  let nowMs = 1_800_000_000_000;
  const load = vi.fn(async (): Promise<string> => 'loaded');
  const declared = { ttlSeconds: 600, tags: () => ['pages'], load: () => load() };
  const families = {
    page: family({ ...declared, key: 'page:{id}' }),
    bare: family({ ...declared, key: 'bare:{id}', l1: false }),
  };
  const cache = shopCache(await bench.connect({ port }), families, {
    clock: () => nowMs,
    commandTimeoutMs: 30_000,
    breaker: { slowCallMs: 30_000 },
    retry: { backoffMs: 10, maxBackoffMs: 20 },
    ...options,
  });
  resources.defer(async () => void (await cache.close()));
  if (options.l1 !== undefined) {
    await vi.waitFor(() => expect(cache.health().coherence).toBe('live'), patience);
  }
  return {
    cache,
    load,
    get: () => cache.page.get({ id: 1 }),
    advance: (ms: number) => {
      nowMs += ms;
    },
  };
}

const fillRedis = () => bench.redis.client.config('SET', 'maxmemory', 1);
const emptyRedis = () => bench.redis.client.config('SET', 'maxmemory', 0);

/** The Redis of the instances becomes a replica of what was its replica. */
async function failOver(): Promise<TestRedis> {
  const { client, port } = bench.redis;
  await client.config('SET', 'repl-diskless-sync-delay', 0);
  const other = resources.use(
    await startRedis(['--replicaof', '127.0.0.1', String(port), '--repl-diskless-sync-delay', '0']),
  );
  const isLinked = async (replica: TestRedis) =>
    expect(await replica.client.info('replication')).toContain('master_link_status:up');
  await vi.waitFor(() => isLinked(other), patience);
  await other.client.replicaof('NO', 'ONE');
  await client.replicaof('127.0.0.1', other.port);
  await vi.waitFor(() => isLinked(bench.redis), patience);
  return other;
}

/** Saves of it fail from now on, since a folder has the name of the file. */
async function failSaves(): Promise<void> {
  const { client } = bench.redis;
  const [, directory] = await client.config('GET', 'dir');
  await mkdir(join(String(directory), 'dump.rdb', 'within'), { recursive: true });
  await client.config('SET', 'save', '3600 1000000');
  await client.bgsave();
  const hasFailed = async () =>
    expect(await client.info('persistence')).toContain('rdb_last_bgsave_status:err');
  await vi.waitFor(hasFailed, patience);
}

describe.each([
  ['a full Redis', 'outOfMemory', fillRedis, emptyRedis],
  ['a Redis that cannot save', 'readOnly', failSaves, () => bench.redis.client.config('SET', 'save', '')],
  ['a replica', 'readOnly', failOver, () => bench.redis.client.replicaof('NO', 'ONE')],
] as const)('%s', (_, code, refuse, mend) => {
  it('shows in the health and the metrics, until it has refused nothing for a while', async () => {
    const { cache, get, advance } = await openInstance();
    expect(cache.health()).toMatchObject({ state: 'up', refusedWrites: null });
    expect(await countOf(cache, 'cache_writes_refused', { reason: code })).toBe(0);
    await refuse();
    expect(await get()).toBe('loaded');
    expect(cache.health()).toMatchObject({ state: 'degraded', refusedWrites: code });
    expect(cache.health().breaker).toMatchObject({ state: 'closed', failureRatio: 0 });
    expect(await countOf(cache, 'cache_writes_refused', { reason: code })).toBe(1);
    expect(await countOf(cache, 'cache_errors_total', { code, operation: 'set' })).toBeGreaterThan(0);
    await mend();
    advance(9_999);
    expect(cache.health().state).toBe('degraded');
    advance(1);
    expect(cache.health()).toMatchObject({ state: 'up', refusedWrites: null });
    await cache.page.get({ id: 2 });
    const isStored = async () => expect(await bench.redis.client.exists('shop:page:2')).toBe(1);
    await vi.waitFor(isStored, patience);
  });

  it('is no reason to hear the others no longer', async () => {
    const { cache } = await openInstance({ l1: {}, heartbeatMs: 300 });
    const lost = vi.fn();
    cache.on('coherence', lost);
    await refuse();
    const pingCount = async () =>
      /cmdstat_ping:calls=(\d+).*rejected_calls=(\d+)/
        .exec(await bench.redis.client.info('commandstats'))
        ?.slice(1)
        .reduce((sum, count) => sum + Number(count), 0) ?? 0;
    const sinceCount = await pingCount();
    await vi.waitFor(async () => expect(await pingCount()).toBeGreaterThan(sinceCount + 3), patience);
    expect(lost).not.toHaveBeenCalled();
  });

  it('does not send each miss to the source while the others are heard', async () => {
    const { cache, load, get } = await openInstance();
    await refuse();
    for (let round = 0; round < 5; round += 1) expect(await get()).toBe('loaded');
    expect(load).toHaveBeenCalledTimes(1);
    expect(await countOf(cache, 'cache_layer_gets_total', { layer: 'l1', result: 'hit' })).toBe(4);
  });

  it('does, once L1 has held the value for its time', async () => {
    const { load, get, advance } = await openInstance({ l1: { ttlSeconds: 5 } });
    await refuse();
    await get();
    advance(5_001);
    await get();
    expect(load).toHaveBeenCalledTimes(2);
  });

  it('does, where nobody tells of the invalidations of others', async () => {
    const { load, get } = await openInstance({});
    const other = await openInstance();
    await refuse();
    for (let round = 0; round < 3; round += 1) await get();
    expect(load).toHaveBeenCalledTimes(3);
    for (let round = 0; round < 3; round += 1) await other.cache.bare.get({ id: 1 });
    expect(other.load).toHaveBeenCalledTimes(3);
  });

  it.each([
    ['before its load ended', 1],
    ['since then', 2],
  ])('serves nothing from memory when the others were not heard for a moment %s', async (_name, at) => {
    const { cache, load, get } = await openInstance();
    await refuse();
    const states: string[] = [];
    cache.on('coherence', ({ state }) => states.push(state));
    const interrupt = async (): Promise<string> => {
      await bench.redis.client.call('CLIENT', 'KILL', 'TYPE', 'pubsub');
      await vi.waitFor(() => expect(states).toEqual(['lost', 'live']), patience);
      return 'loaded';
    };
    if (at === 1) load.mockImplementationOnce(interrupt);
    await get();
    if (at === 2) await interrupt();
    await get();
    expect(load).toHaveBeenCalledTimes(2);
  });

  it('keeps nothing that was invalidated while it was loaded', async () => {
    const one = await openInstance();
    const other = await openInstance();
    await refuse();
    const gate = Promise.withResolvers<string>();
    one.load.mockReturnValueOnce(gate.promise);
    const reading = one.get();
    await vi.waitFor(() => expect(one.load).toHaveBeenCalled(), patience);
    const heard = new Promise((resolve) => one.cache.on('broadcast', resolve));
    await other.cache.invalidateTag('pages');
    await heard;
    gate.resolve('old');
    expect(await reading).toBe('old');
    expect(await one.get()).toBe('loaded');
    expect(one.load).toHaveBeenCalledTimes(2);
  });

  it.each([
    ['its key', (cache: Instance['cache']) => cache.page.delete({ id: 1 })],
    ['its tag', (cache: Instance['cache']) => cache.invalidateTag('pages')],
    ['its pattern', (cache: Instance['cache']) => cache.invalidatePattern('page:*')],
    ['a write', (cache: Instance['cache']) => cache.page.set({ id: 1 }, 'written')],
  ])(
    'serves nothing from memory that was invalidated by %s, here or elsewhere',
    async (_name, invalidate) => {
      const one = await openInstance();
      const other = await openInstance();
      await refuse();
      for (const instance of [one, other]) {
        await instance.get();
        await instance.get();
        expect(instance.load).toHaveBeenCalledTimes(1);
      }
      const heard = new Promise((resolve) => other.cache.on('broadcast', resolve));
      await invalidate(one.cache);
      await one.get();
      expect(one.load).toHaveBeenCalledTimes(2);
      await heard;
      await other.get();
      expect(other.load).toHaveBeenCalledTimes(2);
    },
  );
});

type Instance = Awaited<ReturnType<typeof openInstance>>;

describe('a replica', () => {
  it('relays the invalidations of those who follow the new master', async () => {
    const { get, load, cache } = await openInstance();
    const other = await failOver();
    await get();
    const following = await openInstance({}, other.port);
    const heard = new Promise((resolve) => cache.on('broadcast', resolve));
    expect(await following.cache.page.delete({ id: 1 })).toMatchObject({ state: 'done' });
    await heard;
    await get();
    expect(load).toHaveBeenCalledTimes(2);
  });

  it('that says it has lost its master is as good as away, and relays nothing', async () => {
    const { cache, load } = await openInstance({ l1: {}, heartbeatMs: 20 });
    await cache.page.get({ id: 1 });
    const other = await failOver();
    const reasons: string[] = [];
    cache.on('coherence', ({ reason }) => reasons.push(reason));
    await bench.redis.client.config('SET', 'replica-serve-stale-data', 'no');
    await other.kill();
    await vi.waitFor(() => expect(reasons).toContain('the connection did not answer'), patience);
    await vi.waitFor(async () => {
      await cache.page.get({ id: load.mock.calls.length + 1 });
      expect(cache.health().breaker.state).toBe('open');
    }, patience);
    expect(await countOf(cache, 'cache_errors_total', { code: 'unreachable', operation: 'get' })).toBe(5);
  });

  it('answers reads, and is told of the invalidations once it takes writes', async () => {
    const { cache, load, get } = await openInstance({
      retry: { backoffMs: 5, maxBackoffMs: 5, maxRefusedCount: 2 },
    });
    await get();
    await failOver();
    expect(await get()).toBe('loaded');
    expect(load).toHaveBeenCalledTimes(1);
    const states: string[] = [];
    cache.on('retry', ({ state }) => states.push(state));
    let refusedCount = 0;
    cache.on('fallback', ({ operation }) => {
      if (operation === 'delete') refusedCount += 1;
    });
    expect(await cache.page.delete({ id: 1 })).toMatchObject({ state: 'queued', code: 'readOnly' });
    await vi.waitFor(() => expect(refusedCount).toBeGreaterThan(4), patience);
    expect(cache.health().queuedInvalidationCount).toBe(1);
    await bench.redis.client.replicaof('NO', 'ONE');
    await vi.waitFor(() => expect(states).toEqual(['queued', 'done']), patience);
    expect(await bench.redis.client.exists('shop:page:1')).toBe(0);
  });
});
