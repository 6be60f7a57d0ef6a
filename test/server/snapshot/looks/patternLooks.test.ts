import { expect, test } from 'vitest';
import { openLookupLedger } from '#server/redis/lookupLedger.ts';
import { openRedis } from '#server/redis/openRedis.ts';
import { PatternLooks } from '#server/snapshot/looks/patternLooks.ts';
import { openTouches } from '#server/snapshot/looks/touches.ts';
import type { SampledKey } from '#server/sources/deriveSample.ts';
import { LOOK_KEY_COUNT, LOOK_SHARED_MS } from '#shared/look/patternLook.ts';
import type { NodeFacts } from '#shared/snapshot.ts';
import { manualClock } from '#test/support/manualClock.ts';
import { startRedis, type TestRedis } from '#test/support/startRedis.ts';

const facts: NodeFacts = {
  ...{ flavour: 'redis', version: '7.0.15', role: 'master', runId: 'r', uptimeSeconds: 1, keyCount: 1 },
  ...{ keysWithTtlCount: 0, connectedClientCount: 1, maxClientCount: 1, blockedClientCount: 0 },
  ...{ usedMemoryBytes: 1, maxMemoryBytes: null, peakMemoryBytes: 1, residentMemoryBytes: 1 },
  ...{
    allocatorFragmentationRatio: 1,
    evictionPolicy: 'allkeys-lru',
    expiredStaleRatio: 0,
    isLoading: false,
  },
  ...{ replicaCount: 0, lastSaveFailed: false },
};

function sampled(text: string): SampledKey {
  return { text, ttlMs: null, readAtMs: 0, type: 'string', bytes: 60 };
}

function openLooks(
  redis: { readonly port: number },
  keys: readonly string[],
  node: NodeFacts | null = facts,
) {
  const clock = manualClock();
  const ledger = openLookupLedger();
  const settings = {
    host: '127.0.0.1',
    port: redis.port,
    database: 0,
    username: null,
    password: null,
    tls: null,
  };
  const looks = new PatternLooks({
    samples: { keysOf: (pattern) => (pattern === 'a:{id}' ? keys.map(sampled) : []) },
    openInspector: () =>
      openRedis({ settings, role: 'inspector', ledger, nowMs: Date.now, random: Math.random }),
    facts: () => node,
    declaredTtlsMs: new Map([['a:{id}', 600_000]]),
    touches: openTouches(),
    clock,
    random: Math.random,
  });
  return { looks, clock, ledger };
}

async function calls(redis: TestRedis, command: string): Promise<number> {
  const info = await redis.client.info('commandstats');
  return Number(new RegExp(`^cmdstat_${command.replace('|', '\\|')}:calls=(\\d+)`, 'm').exec(info)?.[1] ?? 0);
}

test('all who look at a pattern within a minute get one look, which is then the last one', async () => {
  await using redis = await startRedis();
  await redis.client.mset('a:1', '{}', 'a:2', '{}');
  const { looks, clock } = openLooks(redis, ['a:1', 'a:2']);
  expect(looks.last('a:{id}')).toBeNull();
  const [one, other] = await Promise.all([looks.look('a:{id}'), looks.look('a:{id}')]);
  expect(one).toBe(other);
  expect(await looks.look('a:{id}')).toBe(one);
  expect(looks.last('a:{id}')).toBe(one);
  expect(await calls(redis, 'getrange')).toBe(2);
  clock.advance(LOOK_SHARED_MS + 1);
  expect(await looks.look('a:{id}')).not.toBe(one);
  expect(await calls(redis, 'getrange')).toBe(4);
});

test('never asks more keys than the budget, and each of them once', async () => {
  await using redis = await startRedis();
  const names = Array.from({ length: 300 }, (_, id) => `a:${id}`);
  await redis.client.mset(...names.flatMap((name) => [name, '1']));
  const { looks } = openLooks(redis, [...names, ...names]);
  expect(await looks.look('a:{id}')).toMatchObject({ state: 'known', value: { keyCount: LOOK_KEY_COUNT } });
  expect(await calls(redis, 'pttl')).toBe(LOOK_KEY_COUNT);
  expect(await calls(redis, 'object|idletime')).toBe(LOOK_KEY_COUNT);
  expect(await calls(redis, 'getrange')).toBe(20);
});

test('keys that our own look has touched do not count as used, nor as unused', async () => {
  await using redis = await startRedis();
  await redis.client.set('raw', 'x');
  const dumped = await redis.client.dumpBuffer('raw');
  for (const id of [1, 2]) await redis.client.call('RESTORE', `a:${id}`, 500_000, dumped, 'IDLETIME', 100);
  const { looks, clock } = openLooks(redis, ['a:1', 'a:2']);
  expect(await looks.look('a:{id}')).toMatchObject({
    value: { isTouching: true, neverRead: { value: { neverReadCount: 2, judgedCount: 2 } } },
  });
  clock.advance(LOOK_SHARED_MS + 1_000);
  // What Redis would say a minute after, with nobody else about.
  for (const id of [1, 2]) {
    await redis.client.call('RESTORE', `a:${id}`, 439_000, dumped, 'IDLETIME', 61, 'REPLACE');
  }
  const again = await looks.look('a:{id}');
  expect(again).toMatchObject({ value: { neverRead: { state: 'unknown', reason: 'notEnoughData' } } });
});

test('does not try NO-TOUCH on a Redis that cannot know it, which would raise its count of errors', async () => {
  await using redis = await startRedis();
  await redis.client.set('a:1', 'x');
  const { looks } = openLooks(redis, ['a:1']);
  await looks.look('a:{id}');
  expect(await redis.client.info('errorstats')).not.toMatch(/errorstat_ERR/);
});

test('says that a pattern without sampled keys has none, and that a Redis which is gone does not answer', async () => {
  const redis = await startRedis();
  const { looks } = openLooks(redis, ['a:1']);
  expect(await looks.look('b:{id}')).toMatchObject({ state: 'unknown', reason: 'notEnoughData' });
  await redis[Symbol.asyncDispose]();
  const gone = await looks.look('a:{id}');
  expect(gone).toMatchObject({ state: 'unknown', reason: 'failed' });
  expect(gone.state === 'unknown' && gone.detail).toContain('Redis cannot be reached');
});

test('without a known policy nothing is said of use, and formats are all the same', async () => {
  await using redis = await startRedis();
  await redis.client.set('a:1', '7');
  const { looks } = openLooks(redis, ['a:1'], null);
  expect(await looks.look('a:{id}')).toMatchObject({
    value: {
      neverRead: { state: 'unknown', reason: 'notSupported' },
      formats: { state: 'known', value: { shares: [{ format: 'number' }] } },
    },
  });
  expect(await calls(redis, 'object|idletime')).toBe(0);
});
