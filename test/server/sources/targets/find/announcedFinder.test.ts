import { expect, onTestFinished, test } from 'vitest';
import { createCache } from '#cache/cache.ts';
import { openLookupLedger } from '#server/redis/lookupLedger.ts';
import { openRedis } from '#server/redis/openRedis.ts';
import { AnnouncedInstances } from '#server/sources/announced/announcedInstances.ts';
import { addressRanges } from '#server/sources/targets/addressRanges.ts';
import { announcedFinder } from '#server/sources/targets/find/announcedFinder.ts';
import { instanceSnapshotKey, instancesKey } from '#shared/control/instanceSnapshot.ts';
import { waitUntil } from '#test/support/redis/waitUntil.ts';
import { noMemory } from '#test/support/services/noMemory.ts';
import { startRedis, type TestRedis } from '#test/support/startRedis.ts';

/** Instances whose pages answer. */
const answering = new Set<string>();

function open({ port }: TestRedis, nowMs: () => number = Date.now) {
  const settings = { host: '127.0.0.1', port, database: 0, username: null, password: null, tls: null };
  const ledger = openLookupLedger();
  const connection = openRedis({ settings, role: 'monitor', ledger, nowMs: Date.now, random: () => 0 });
  onTestFinished(() => connection.close());
  const ranges = addressRanges(['127.0.0.0/8']);
  const announced = new AnnouncedInstances({
    memory: noMemory,
    connection,
    prefixes: () => ['', 'catalog:', 'empty:'],
    isReadElsewhere: () => true,
    nowMs,
  });
  return announcedFinder({ announced, isAnswering: ({ instance }) => answering.has(instance), ranges });
}

test('finds an instance of the library that announces itself, until it leaves', async () => {
  await using redis = await startRedis();
  const cache = createCache({
    redis: redis.client,
    service: 'catalog',
    instance: 'catalog-1',
    families: {},
    announce: { everySeconds: 1, metricsUrl: 'http://127.0.0.1:9100/metrics' },
  });
  const finder = open(redis);
  await waitUntil('it is found', async () => (await finder.find()).targets.length === 1);
  expect((await finder.find()).targets).toMatchObject([
    {
      url: 'http://127.0.0.1:9100/metrics',
      origin: 'announcement',
      foundBy: 'catalog-1',
      labels: { service: 'catalog', instance: 'catalog-1' },
      access: { username: null, bearerTokenFile: null },
      ranges: { text: '127.0.0.0/8' },
    },
  ]);
  await cache.close();
  await waitUntil('it has left', async () => (await finder.find()).targets.length === 0);
});

test('an instance that fell silent is no target, and what is no announcement is ignored', async () => {
  await using redis = await startRedis();
  let nowMs = 1_000_000_000_000;
  const finder = open(redis, () => nowMs);
  const write = async (instance: string, text: string) => {
    await redis.client.zadd(instancesKey('catalog:'), nowMs, instance);
    await redis.client.set(instanceSnapshotKey('catalog:', instance), text);
  };
  const snapshot = (metricsUrl: string | null) =>
    JSON.stringify({
      ...{ v: 1, service: 'catalog', instance: 'a', version: '1', startedAtMs: 1, atMs: nowMs },
      ...{ patterns: [], counts: [], lags: [], warmers: [], state: null, everyMs: 5_000, metricsUrl },
    });
  await write('good', snapshot('http://127.0.0.1:1/metrics'));
  await write('without', snapshot(null));
  await write('file', snapshot('file:///etc/passwd'));
  await write('password', snapshot('http://me:pw@127.0.0.1:1/metrics'));
  await write('garbage', '{"v":1');
  await write('long', snapshot(`http://127.0.0.1:1/${'a'.repeat(2 * 1024 * 1024)}`));
  expect((await finder.find()).targets.map(({ foundBy, url }) => [foundBy, url])).toEqual([
    ['a', 'http://127.0.0.1:1/metrics'],
  ]);
  nowMs += 16_000;
  expect((await finder.find()).targets).toEqual([]);
  answering.add('a');
  await redis.client.del(instanceSnapshotKey('catalog:', 'good'));
  nowMs += 61_000;
  expect((await finder.find()).targets.map(({ foundBy }) => foundBy)).toEqual(['a']);
  answering.clear();
});

test('keys of the same name that are something else are no announcements', async () => {
  await using redis = await startRedis();
  await redis.client.set(instancesKey('catalog:'), 'text');
  await redis.client.zadd(instancesKey(''), Date.now(), 'list');
  await redis.client.rpush(instanceSnapshotKey('', 'list'), 'a');
  expect(await open(redis).find()).toEqual({ targets: [], leftOut: '' });
});

test('is asked often until it has found the first one, or it looks as if there were none', async () => {
  await using redis = await startRedis();
  const nobody = open(redis);
  expect(nobody.everyMs()).toBe(1_000);
  for (let look = 0; look < 30; look += 1) await nobody.find();
  expect(nobody.everyMs()).toBe(10_000);
  const cache = createCache({
    redis: redis.client,
    service: 'catalog',
    families: {},
    announce: { everySeconds: 1, metricsUrl: 'http://127.0.0.1:9100/metrics' },
  });
  const finder = open(redis);
  await waitUntil('it is found', async () => (await finder.find()).targets.length === 1);
  expect(finder.everyMs()).toBe(10_000);
  await cache.close();
});
