import type { Redis } from 'ioredis';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type AnnounceOptions, Announcer } from '#cache/control/announcer.ts';
import { openUngatedTransport } from '#cache/control/ungatedTransport.ts';
import { CacheEvents } from '#cache/metrics/cacheEvents.ts';
import { recordMetrics } from '#cache/metrics/prometheusMetrics.ts';
import {
  instanceSnapshotKey,
  instancesKey,
  parseInstanceSnapshot,
} from '#shared/control/instanceSnapshot.ts';
import { calmState } from '../metrics/recordEvents.ts';
import { type CacheBench, startBench } from '../startCache.ts';

let bench: CacheBench;
let redis: Redis;
let nowMs = 1_000_000_000;
beforeAll(async () => {
  bench = await startBench();
});
beforeEach(async () => {
  redis = await bench.connect();
  await redis.flushall();
});
afterAll(() => bench[Symbol.asyncDispose]());

function openAnnouncer(client: Redis, instance: string, options: AnnounceOptions = {}) {
  const events = new CacheEvents();
  const clock = () => nowMs;
  const identity = { service: 'shop', instance, version: '1.0', clock, readState: () => calmState };
  const { snapshot } = recordMetrics(events, new Registry(), identity);
  const transport = openUngatedTransport(client, 200);
  const around = { transport, events, prefix: 'shop:', instance, clock, takesCommands: true, snapshot };
  const announcer = new Announcer(around, options);
  return { announcer, events };
}

const snapshotOf = async (instance: string) =>
  parseInstanceSnapshot((await redis.get(instanceSnapshotKey('shop:', instance))) ?? '');

describe('an announced instance', () => {
  it('is on the list, with its numbers, for three periods', async () => {
    const { announcer, events } = openAnnouncer(redis, 'a', { metricsUrl: 'http://10.0.0.7:9100/metrics' });
    events.emit('lookup', { pattern: 'shop:product:{id}', result: 'hit' });
    await announcer.announce();
    expect(await snapshotOf('a')).toMatchObject({
      service: 'shop',
      instance: 'a',
      atMs: nowMs,
      everyMs: 5_000,
      metricsUrl: 'http://10.0.0.7:9100/metrics',
      takesCommands: true,
      patterns: [{ pattern: 'shop:product:{id}', hits: 1 }],
      state: { breaker: { state: 'closed' }, l1: { entryCount: 3 } },
    });
    const ttlMs = await redis.pttl(instanceSnapshotKey('shop:', 'a'));
    expect(ttlMs).toBeGreaterThan(14_000);
    expect(ttlMs).toBeLessThanOrEqual(15_000);
    expect(await redis.zrange(instancesKey('shop:'), '0', '-1', 'WITHSCORES')).toEqual(['a', String(nowMs)]);
  });

  it('announces itself again and again', async () => {
    const { announcer, events } = openAnnouncer(redis, 'a', { everySeconds: 0.02 });
    announcer.start();
    events.emit('lookup', { pattern: 'shop:product:{id}', result: 'hit' });
    await vi.waitFor(async () => {
      events.emit('lookup', { pattern: 'shop:product:{id}', result: 'hit' });
      expect((await snapshotOf('a'))?.patterns[0]?.hits).toBeGreaterThan(2);
    });
    await announcer.close();
  });

  it('is off the list once it is closed, beside others', async () => {
    const one = openAnnouncer(redis, 'a').announcer;
    await one.announce();
    await openAnnouncer(redis, 'b').announcer.announce();
    await one.close();
    expect(await redis.zrange(instancesKey('shop:'), '0', '-1')).toEqual(['b']);
    expect(await snapshotOf('a')).toBeNull();
  });

  it('that has been silent for an hour is forgotten by the others', async () => {
    await openAnnouncer(redis, 'a').announcer.announce();
    nowMs += 3_600_001;
    await openAnnouncer(redis, 'b').announcer.announce();
    expect(await redis.zrange(instancesKey('shop:'), '0', '-1')).toEqual(['b']);
    expect(await redis.pttl(instancesKey('shop:'))).toBeGreaterThan(0);
  });

  it('costs two commands a time', async () => {
    const { announcer } = openAnnouncer(redis, 'a');
    await announcer.announce();
    await redis.config('RESETSTAT');
    await announcer.announce();
    const stats = await redis.info('commandstats');
    const names = [...stats.matchAll(/cmdstat_([^:]+):calls=(\d+)/g)].map(([, name, calls]) => [name, calls]);
    expect(names.filter(([name]) => name !== 'info' && !name?.startsWith('config')).sort()).toEqual([
      ['set', '1'],
      ['zadd', '1'],
    ]);
  });

  it('that Redis does not answer goes on, and tells so', async () => {
    const gone = await bench.connect();
    gone.disconnect();
    const { announcer, events } = openAnnouncer(gone, 'a');
    const failed = vi.fn();
    events.on('fallback', failed);
    await announcer.announce();
    expect(failed).toHaveBeenCalledWith(
      expect.objectContaining({ operation: 'control', code: 'unreachable' }),
    );
  });
});

describe('the options', () => {
  it.each([
    [{ everySeconds: 0 }, 'announce.everySeconds'],
    [{ everySeconds: Number.NaN }, 'announce.everySeconds'],
    [{ everySeconds: 601 }, 'announce.everySeconds'],
    [{ metricsUrl: 'not an address' }, 'announce.metricsUrl'],
    [{ metricsUrl: 'http://user:secret@host/metrics' }, 'announce.metricsUrl'],
  ])('%j are refused', (options, name) => {
    expect(() => openAnnouncer(redis, 'a', options)).toThrow(name);
  });

  it('that hold a password are refused without showing it', () => {
    const open = () => openAnnouncer(redis, 'a', { metricsUrl: 'http://user:secret@host/metrics' });
    expect(open).not.toThrow('secret');
  });
});
