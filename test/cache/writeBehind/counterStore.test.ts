import { beforeEach, describe, expect, it, vi } from 'vitest';
import { Bulkhead } from '#cache/resilience/bulkhead.ts';
import { startRedisCluster } from '#test/support/redis/startRedisCluster.ts';
import { startTcpProxy } from '#test/support/redis/startTcpProxy.ts';
import { openTransport } from '../startCache.ts';
import { benchForFile } from './benchForFile.ts';
import { Ledger, openStock, own, type StockChange } from './startCounters.ts';

const bench = benchForFile();
let ledger: Ledger;

beforeEach(() => {
  ledger = new Ledger();
});

describe('a counter written behind', () => {
  it('loses no increment of writers at the same time', async () => {
    const stocks = [openStock(bench.service, { ledger }), openStock(await bench.connect(), { ledger })];
    ledger.totals.set('7', 100);
    expect(await stocks[0]?.store.get({ id: 7 })).toBe(100);
    const adds = Array.from({ length: 200 }, (_, index) =>
      stocks[index % 2]?.store.increment({ id: 7 }, index % 3),
    );
    const results = await Promise.all(adds);
    expect(results.every((result) => result?.state === 'queued')).toBe(true);
    expect(await stocks[1]?.store.get({ id: 7 })).toBe(299);
    expect(await stocks[0]?.store.outflow.flusher.run()).toBe('empty');
    expect(ledger.total(7)).toBe(299);
    expect(await bench.redis.client.get('shop:stock:7')).toBe('299');
  });

  it('answers with the counter after it, or that it is not loaded', async () => {
    const { store } = openStock(bench.service, { ledger });
    expect(await store.increment({ id: 1 }, 5)).toEqual({ state: 'queued', value: null });
    expect(await store.get({ id: 1 })).toBe(5);
    expect(await store.increment({ id: 1 }, -7)).toEqual({ state: 'queued', value: -2 });
    expect(await store.increment({ id: 1 })).toEqual({ state: 'queued', value: -1 });
  });

  it('sums up what waits for a key, and hands over no more than a batch at a time', async () => {
    const sizes: number[] = [];
    const flush = async (changes: Parameters<Ledger['apply']>[0]) => {
      sizes.push(changes.length);
      await ledger.apply(changes);
    };
    const { store, told } = openStock(bench.service, { ledger, flush, batchSize: 4 });
    for (let index = 0; index < 30; index += 1) await store.increment({ id: index % 10 }, 1);
    expect(await store.outflow.flusher.run()).toBe('empty');
    expect(sizes).toEqual([4, 4, 2]);
    expect(ledger.delivered.every(({ by }) => by === 3)).toBe(true);
    expect(told.filter((line) => line.startsWith('flushed'))).toEqual([
      'flushed 4',
      'flushed 4',
      'flushed 2',
    ]);
  });

  it('leaves nothing behind when all is flushed', async () => {
    const { store } = openStock(bench.service, { ledger });
    await store.get({ id: 1 });
    await store.increment({ id: 1 }, 2);
    await store.increment({ id: 2 }, 2);
    await store.increment({ id: 2 }, -2);
    await store.outflow.flusher.run();
    const names = (await bench.redis.client.keys('*')).filter((name) => !name.includes(':calls:')).sort();
    expect(names).toEqual([own('queue'), 'shop:stock:1'].sort());
    expect(await store.snapshot()).toEqual({
      queuedCount: 0,
      oldestAgeMs: null,
      deadLetterCount: 0,
      unknownCount: 0,
    });
  });

  it('tells how many wait and for how long', async () => {
    const { store } = openStock(bench.service, { ledger });
    await store.increment({ id: 1 });
    await store.increment({ id: 1 });
    const snapshot = await store.snapshot();
    expect(snapshot).toMatchObject({ queuedCount: 2, deadLetterCount: 0 });
    expect(snapshot?.oldestAgeMs).toBeGreaterThanOrEqual(0);
    expect(snapshot?.oldestAgeMs).toBeLessThan(5_000);
  });

  it('refuses what is no whole number', async () => {
    const { store } = openStock(bench.service, { ledger, load: async () => 1.5 });
    await expect(store.increment({ id: 1 }, 0.5)).rejects.toMatchObject({ code: 'badOptions' });
    await expect(store.get({ id: 1 })).rejects.toMatchObject({ code: 'invalidValue' });
    expect(await bench.redis.client.xlen(own('queue'))).toBe(0);
  });

  it('replaces what is no counter under its key, and still counts', async () => {
    const { store } = openStock(bench.service, { ledger });
    await bench.redis.client.set('shop:stock:1', 'nonsense');
    expect(await store.increment({ id: 1 }, 3)).toEqual({ state: 'queued', value: null });
    expect(await store.get({ id: 1 })).toBe(3);
  });

  it('loads once for readers at the same time, with what was added before them', async () => {
    const load = vi.fn(async () => 10);
    const { store } = openStock(bench.service, { ledger, load });
    const first = store.get({ id: 1 });
    const second = store.get({ id: 1 });
    expect(await Promise.all([first, second])).toEqual([10, 10]);
    expect(load).toHaveBeenCalledTimes(1);
  });

  it('loads again after an invalidation', async () => {
    const { store } = openStock(bench.service, { ledger });
    expect(await store.get({ id: 1 })).toBe(0);
    ledger.totals.set('1', 40);
    expect(await store.invalidate({ id: 1 })).toEqual({ state: 'done' });
    expect(await store.get({ id: 1 })).toBe(40);
  });

  it('does not keep a value that was read while changes were on their way to the source', async () => {
    let release = () => {};
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    const flush = async (changes: Parameters<Ledger['apply']>[0]) => {
      await ledger.apply(changes);
      await gate;
    };
    const { store } = openStock(bench.service, { ledger, flush });
    const other = openStock(await bench.connect(), { ledger });
    await store.increment({ id: 1 }, 5);
    const flushing = store.outflow.flusher.run();
    await vi.waitFor(() => expect(ledger.total(1)).toBe(5));
    await other.store.get({ id: 1 });
    expect(await bench.redis.client.exists('shop:stock:1')).toBe(0);
    release();
    await flushing;
    expect(await other.store.get({ id: 1 })).toBe(5);
  });
});

describe('a counter whose connection breaks', () => {
  it('counts an increment once that ioredis sends again on the next connection', async () => {
    await using proxy = await startTcpProxy(bench.redis.port);
    const client = await bench.connect({ port: proxy.port });
    const { store } = openStock(client, { ledger });
    await store.increment({ id: 1 });
    // Redis runs it, and the reply is lost with the connection.
    await proxy.hang('toClient');
    const adding = store.increment({ id: 1 }, 10);
    await vi.waitFor(async () => expect(await bench.redis.client.xlen(own('queue'))).toBe(2));
    await proxy.reset();
    await proxy.pass();
    expect(await adding).toEqual({ state: 'queued', value: null });
    expect(await bench.redis.client.xlen(own('queue'))).toBe(2);
    expect(await store.get({ id: 1 })).toBe(11);
  });

  it('says unknown after a timeout, and goes on until it counts once', async () => {
    await using proxy = await startTcpProxy(bench.redis.port);
    const client = await bench.connect({ port: proxy.port });
    const transport = openTransport(client, { commandTimeoutMs: 100 });
    const { store, told } = openStock(client, { ledger, transport, backoffMs: 20, maxBackoffMs: 20 });
    await store.increment({ id: 1 });
    await proxy.hang('toClient');
    expect(await store.increment({ id: 1 }, 10)).toEqual({ state: 'unknown' });
    await proxy.hang('toRedis');
    expect(await store.increment({ id: 1 }, 100)).toEqual({ state: 'unknown' });
    expect(ledger.delivered).toEqual([]);
    await proxy.pass();
    await vi.waitFor(async () => expect((await store.snapshot())?.unknownCount).toBe(0), 5_000);
    expect(told.filter((line) => line === 'queued 1')).toHaveLength(3);
    expect(await store.get({ id: 1 })).toBe(111);
    await store.outflow.flusher.run();
    expect(ledger.total(1)).toBe(111);
  });

  it('goes straight to the source while Redis is away, and drops the counter when it is back', async () => {
    await using proxy = await startTcpProxy(bench.redis.port);
    const client = await bench.connect({ port: proxy.port });
    const { store, told } = openStock(client, { ledger, backoffMs: 20, maxBackoffMs: 20 });
    await store.increment({ id: 1 });
    await store.get({ id: 1 });
    await proxy.refuse();
    client.disconnect(true);
    await vi.waitFor(() => expect(client.status).toBe('reconnecting'));
    expect(await store.increment({ id: 1 }, 5)).toEqual({ state: 'direct' });
    expect(told).toContain('direct 1');
    expect(ledger.delivered).toMatchObject([{ fields: { id: 1 }, by: 5, isDirect: true }]);
    expect(await store.get({ id: 1 })).toBe(5);
    ledger.isDown = true;
    await expect(store.increment({ id: 1 })).rejects.toThrow('the source is down');
    ledger.isDown = false;
    await proxy.pass();
    await vi.waitFor(async () => expect(await bench.redis.client.exists('shop:stock:1')).toBe(0), 5_000);
    await vi.waitFor(async () => expect(await store.get({ id: 1 })).toBe(6), 5_000);
    await store.outflow.flusher.run();
    expect(ledger.total(1)).toBe(6);
  });

  it('goes straight to the source in no greater number than the loads may, and says so of what has no room', async () => {
    const client = await bench.connect();
    const held = Promise.withResolvers<void>();
    let activeCount = 0;
    const counts: number[] = [];
    const flush = async (changes: readonly StockChange[]) => {
      activeCount += 1;
      counts.push(activeCount);
      await held.promise;
      activeCount -= 1;
      await ledger.apply(changes);
    };
    const bulkhead = new Bulkhead({ maxConcurrentCount: 2, maxWaitingCount: 3, waitTimeoutMs: 60_000 });
    const { store, told } = openStock(client, { ledger, flush, bulkhead });
    client.disconnect();
    await vi.waitFor(() => expect(client.status).toBe('end'));
    const results = Promise.allSettled([1, 2, 3, 4, 5, 6, 7].map((id) => store.increment({ id })));
    await vi.waitFor(() => expect(told.filter((line) => line === 'shed shop:stock:{id}')).toHaveLength(2));
    held.resolve();
    const states = (await results).map((result) =>
      result.status === 'fulfilled' ? result.value.state : result.reason.code,
    );
    expect(states.sort()).toEqual([...Array(5).fill('direct'), 'overloaded', 'overloaded']);
    expect(Math.max(...counts)).toBe(2);
    expect(ledger.delivered).toHaveLength(5);
  });

  it('goes straight to the source when Redis has no memory left', async () => {
    const { store } = openStock(bench.service, { ledger });
    await bench.redis.client.config('SET', 'maxmemory', '1');
    try {
      expect(await store.increment({ id: 1 }, 5)).toEqual({ state: 'direct' });
    } finally {
      await bench.redis.client.config('SET', 'maxmemory', '0');
    }
    expect(await bench.redis.client.xlen(own('queue'))).toBe(0);
    expect(await store.get({ id: 1 })).toBe(5);
  });
});

describe('a counter in a Cluster', () => {
  it('has its keys in one slot, with and without a hash tag in the prefix', async () => {
    await using cluster = await startRedisCluster();
    const client = await cluster.connect();
    for (const prefix of ['shop:', '{shop}:']) {
      const ledgerHere = new Ledger();
      const { store } = openStock(client, { ledger: ledgerHere, prefix });
      for (let id = 0; id < 10; id += 1) await store.increment({ id }, id);
      expect(await store.get({ id: 9 })).toBe(9);
      expect(await store.increment({ id: 9 })).toEqual({ state: 'queued', value: 10 });
      expect((await store.snapshot())?.queuedCount).toBe(11);
      expect(await store.outflow.flusher.run()).toBe('empty');
      expect(ledgerHere.total(9)).toBe(10);
      expect(await store.get({ id: 9 })).toBe(10);
    }
  });
});
