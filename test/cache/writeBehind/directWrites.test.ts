import { beforeEach, describe, expect, it, vi } from 'vitest';
import { startTcpProxy } from '#test/support/redis/startTcpProxy.ts';
import { benchForFile } from './benchForFile.ts';
import { openProfiles, own, Shelf } from './startProfiles.ts';

const bench = benchForFile();
let shelf: Shelf;

/** Older is what was queued longer ago than Redis takes to tell its time, on a busy machine as well. */
async function untilClearlyLater(): Promise<void> {
  const fromMs = Date.now();
  await vi.waitFor(() => expect(Date.now()).toBeGreaterThan(fromMs + 250));
}

beforeEach(() => {
  shelf = new Shelf();
});

describe('values that go past the queue', () => {
  it('reach the source while Redis is away', async () => {
    const client = await bench.connect();
    const { store, write, core } = openProfiles(client, { shelf });
    await write(1, 'queued');
    client.disconnect();
    await vi.waitFor(() => expect(client.status).toBe('end'));
    expect(await write(1, 'direct')).toEqual({ state: 'direct' });
    expect(shelf.delivered).toMatchObject([{ value: 'direct', isDirect: true }]);
    shelf.isDown = true;
    await expect(write(1, 'nowhere')).rejects.toThrow('the source is down');
    shelf.isDown = false;
    expect(await store.close(50)).toEqual({ queuedCount: null, unknownCount: 0 });
    await core.close();
    // The older one is still in the queue: a source that looks at ids refuses it.
    const heir = openProfiles(bench.service, { shelf });
    await heir.store.outflow.flusher.run();
    expect(shelf.delivered.map(({ value }) => value)).toEqual(['direct', 'queued']);
    expect(shelf.values.get('1')).toBe('direct');
  });

  it('are read, and not what still waits in it', async () => {
    await using proxy = await startTcpProxy(bench.redis.port);
    const client = await bench.connect({ port: proxy.port });
    const { store, write, get, core } = openProfiles(client, { shelf });
    const other = openProfiles(bench.service, { shelf });
    await write(1, 'queued');
    await untilClearlyLater();
    await proxy.refuse();
    client.disconnect(true);
    await vi.waitFor(() => expect(client.status).toBe('reconnecting'));
    expect(await write(1, 'direct')).toEqual({ state: 'direct' });
    expect(await store.snapshot()).toBeNull();
    await proxy.pass();
    await vi.waitFor(() => expect(client.status).toBe('ready'), 5_000);
    await vi.waitFor(async () => expect(await other.get(1)).toBe('direct'), 5_000);
    expect(await get(1)).toBe('direct');
    expect(await store.snapshot()).toMatchObject({ queuedCount: 1, unknownCount: 0 });
    await other.store.outflow.flusher.run();
    expect([await other.get(1), shelf.values.get('1')]).toEqual(['direct', 'direct']);
    expect(shelf.delivered.map(({ value }) => value)).toEqual(['direct']);
    expect(await bench.redis.client.exists(own('pending'), own('in-flight'))).toBe(0);
    await core.close();
  });

  it('are read as well when nobody knows which was first, and neither is kept until the queued one is settled', async () => {
    await using proxy = await startTcpProxy(bench.redis.port);
    const client = await bench.connect({ port: proxy.port });
    const { store, write, core } = openProfiles(client, {
      ...{ shelf, commandTimeoutMs: 30_000, breaker: { slowCallMs: 30_000 } },
    });
    const other = openProfiles(bench.service, { shelf });
    core.breaker.force('open');
    await other.write(1, 'queued');
    expect(await write(1, 'direct')).toEqual({ state: 'direct' });
    // Replies are late by a second, and so far before now it may have been written.
    await proxy.latency(1_000, 'toClient');
    core.breaker.force(null);
    await store.outflow.corrections.run();
    expect(await bench.redis.client.hget(own('pending'), 'profile:1')).toMatch(/^\d+-\d+ \?t"queued"$/);
    expect(await other.get(1)).toBe('direct');
    expect(await bench.redis.client.exists('shop:profile:1')).toBe(0);
    await other.store.outflow.flusher.run();
    expect(shelf.delivered.map(({ value }) => value)).toEqual(['direct', 'queued']);
    expect([await other.get(1), shelf.values.get('1')]).toEqual(['direct', 'direct']);
    expect(await bench.redis.client.exists('shop:profile:1', own('pending'))).toBe(1);
    await core.close();
  });

  it('come after an older one that the connection still has under way', async () => {
    await using proxy = await startTcpProxy(bench.redis.port);
    const client = await bench.connect({ port: proxy.port });
    const { store, write, get, core } = openProfiles(client, { shelf, commandTimeoutMs: 100 });
    await write(1, 'queued');
    await proxy.hang('toRedis');
    expect(await write(1, 'under way')).toEqual({ state: 'unknown' });
    core.breaker.force('open');
    expect(await write(1, 'direct')).toEqual({ state: 'direct' });
    await proxy.pass();
    core.breaker.force(null);
    await vi.waitFor(async () => expect((await store.snapshot())?.unknownCount).toBe(0), 5_000);
    await vi.waitFor(async () => expect(await get(1)).toBe('direct'), 5_000);
    const heir = openProfiles(bench.service, { shelf });
    await heir.store.outflow.flusher.run();
    expect([await heir.get(1), shelf.values.get('1')]).toEqual(['direct', 'direct']);
    await core.close();
  });

  it('are read at once when Redis has no memory for the queue', async () => {
    const { store, write, get } = openProfiles(bench.service, { shelf });
    await write(1, 'queued');
    await untilClearlyLater();
    await bench.redis.client.config('SET', 'maxmemory', '1');
    try {
      expect(await write(1, 'direct')).toEqual({ state: 'direct' });
      expect(await get(1)).toBe('direct');
    } finally {
      await bench.redis.client.config('SET', 'maxmemory', '0');
    }
    expect(await get(1)).toBe('direct');
    await write(1, 'later');
    expect(await get(1)).toBe('later');
    await store.outflow.flusher.run();
    expect([await get(1), shelf.values.get('1')]).toEqual(['later', 'later']);
  });

  it('outdate nothing that was queued since, by a clock that is ahead', async () => {
    await using proxy = await startTcpProxy(bench.redis.port);
    const client = await bench.connect({ port: proxy.port });
    const { write, core } = openProfiles(client, { shelf, clock: () => Date.now() + 60_000 });
    const other = openProfiles(bench.service, { shelf });
    await proxy.refuse();
    client.disconnect(true);
    await vi.waitFor(() => expect(client.status).toBe('reconnecting'));
    expect(await write(1, 'direct')).toEqual({ state: 'direct' });
    expect(await other.write(1, 'later')).toEqual({ state: 'queued' });
    await proxy.pass();
    await vi.waitFor(() => expect(core.retries.queuedCount).toBe(0), 5_000);
    await core.close();
    await other.store.outflow.flusher.run();
    expect(shelf.delivered.map(({ value }) => value)).toEqual(['direct', 'later']);
  });
});
