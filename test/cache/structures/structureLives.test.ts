import type { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { startRedisCluster } from '#test/support/redis/startRedisCluster.ts';
import { type CacheBench, keptKeys, shopCache, startBench } from '../startCache.ts';
import { openStructures, type TestStructures } from './openStructures.ts';

interface Line {
  readonly sku: string;
  readonly count: number;
}

let bench: CacheBench;
let redis: Redis;
let calls: TestStructures;
beforeAll(async () => {
  bench = await startBench();
});
afterAll(() => bench[Symbol.asyncDispose]());
beforeEach(async () => {
  await bench.redis.client.flushall();
  redis = await bench.connect();
  calls = openStructures(redis);
});

const read = (value: unknown) => ({ state: 'read', value });
const ttlOf = (key: string) => bench.redis.client.pttl(key);
/** What is left of a TTL that was given a moment ago. */
const nearly = (ms: number) => expect.toSatisfy((left: number) => left <= ms && left > ms - 5_000);

/** Each write of each structure, as a function of its options. */
const writes: [
  string,
  (options: { ttlSeconds: number; ttlFrom?: 'lastWrite' | 'creation' }) => Promise<unknown>,
][] = [
  ['set', (options) => calls.hash<number>('x', options).set('a', 1)],
  ['setMany', (options) => calls.hash<number>('x', options).setMany(new Map([['a', 1]]))],
  ['increment', (options) => calls.hash<number>('x', options).increment('a')],
  ['add', (options) => calls.sortedSet('x', options).add('a', 1)],
  ['increment of a member', (options) => calls.sortedSet('x', options).increment('a')],
  ['push', (options) => calls.list<number>('x', { ...options, maxLength: 10 }).push(1)],
];

describe.each(writes)('the TTL after %s', (_, write) => {
  it('is set on creation, renewed by a write, and never shortened', async () => {
    await write({ ttlSeconds: 100 });
    expect(await ttlOf('shop:x')).toEqual(nearly(100_000));
    await bench.redis.client.pexpire('shop:x', 50_000);
    await write({ ttlSeconds: 100 });
    expect(await ttlOf('shop:x')).toEqual(nearly(100_000));
    await write({ ttlSeconds: 10 });
    expect(await ttlOf('shop:x')).toEqual(nearly(100_000));
  });

  it('counts from creation where that is asked for', async () => {
    const options = { ttlSeconds: 100, ttlFrom: 'creation' } as const;
    await write(options);
    await bench.redis.client.pexpire('shop:x', 50_000);
    await write(options);
    expect(await ttlOf('shop:x')).toEqual(nearly(50_000));
  });

  it('is given to what another program left without one', async () => {
    await write({ ttlSeconds: 100 });
    for (const ttlFrom of ['lastWrite', 'creation'] as const) {
      await bench.redis.client.persist('shop:x');
      await write({ ttlSeconds: 200, ttlFrom });
      expect(await ttlOf('shop:x')).toEqual(nearly(200_000));
    }
  });
});

describe('arguments that are none', () => {
  const options = { ttlSeconds: 600 };
  it.each<[string, () => unknown, string]>([
    ['a key of the tag index', () => calls.hash('tag:a', options), 'reservedKey'],
    [
      'a key of the cache itself',
      () => calls.list('cachescope:a', { ...options, maxLength: 1 }),
      'reservedKey',
    ],
    ['an empty key', () => calls.sortedSet('', options), 'badField'],
    ['no TTL', () => calls.hash('a', { ttlSeconds: 0 }), 'badOptions'],
    ['an endless TTL', () => calls.hash('a', { ttlSeconds: 1e300 }), 'badOptions'],
    ['no length', () => calls.list('a', { ...options, maxLength: 0 }), 'badOptions'],
    ['half a member', () => calls.sortedSet('a', { ...options, maxMembers: 0.5 }), 'badOptions'],
    ['a score that is no number', () => calls.sortedSet('a', options).add('a', Number.NaN), 'badOptions'],
    ['half an increment', () => calls.hash<number>('a', options).increment('a', 0.5), 'badOptions'],
    ['a read of everything', () => calls.sortedSet('a', options).top(1_001), 'badOptions'],
    ['a negative start', () => calls.list('a', { ...options, maxLength: 1 }).range(-1, 1), 'badOptions'],
    ['half a surrogate pair', () => calls.sortedSet('a', options).add('\ud800', 1), 'badField'],
    [
      'more fields than one call takes',
      () => calls.hash('a', options).getMany(Array.from({ length: 1_001 }, (_, index) => `${index}`)),
      'badOptions',
    ],
  ])('are refused: %s', async (_, call, code) => {
    await expect((async () => call())()).rejects.toMatchObject({ code });
    expect(await bench.redis.client.dbsize()).toBe(0);
  });
});

describe('structures beside entries', () => {
  it('are kept apart by the prefix, and go with an invalidation of a pattern that names them', async () => {
    await calls.hash<number>('basket:1', { ttlSeconds: 600 }).set('a', 1);
    await calls.list<number>('seen:1', { ttlSeconds: 600, maxLength: 2 }).push(1);
    expect(await keptKeys(bench.redis.client)).toEqual(['shop:basket:1', 'shop:seen:1']);
    await shopCache(redis, {}).invalidatePattern('basket:*');
    expect(await bench.redis.client.exists('shop:basket:1', 'shop:seen:1')).toBe(1);
  });
});

describe('while Redis is away', () => {
  it('every call fails as a value, and is counted', async () => {
    const options = { ttlSeconds: 600 };
    const hash = calls.hash<number>('h', options);
    const ranking = calls.sortedSet('s', options);
    const list = calls.list<number>('l', { ...options, maxLength: 3 });
    await using doomed = await startBench();
    const client = await doomed.connect();
    const away = openStructures(client);
    await doomed.redis.kill();
    await vi.waitFor(() => expect(client.status).not.toBe('ready'));
    const there = {
      hash: away.hash<number>('h', options),
      ranking: away.sortedSet('s', options),
      list: away.list<number>('l', { ...options, maxLength: 3 }),
    };
    const all = (of: typeof there) => [
      ...[of.hash.get('a'), of.hash.getMany(['a']), of.hash.getAll(), of.hash.size(), of.hash.set('a', 1)],
      ...[of.hash.increment('a'), of.hash.remove('a'), of.hash.delete()],
      ...[
        of.ranking.top(1),
        of.ranking.range({ from: 0, to: 1 }, 1),
        of.ranking.rank('a'),
        of.ranking.size(),
      ],
      ...[of.ranking.add('a', 1), of.ranking.increment('a'), of.ranking.remove('a'), of.ranking.trim(1)],
      ...[of.ranking.delete(), of.list.range(0, 1), of.list.size(), of.list.push(1), of.list.delete()],
    ];
    const failed = await Promise.all(all(there));
    for (const result of failed) expect(result).toMatchObject({ state: 'failed' });
    expect(away.fallbacks).toHaveLength(failed.length);
    const done = await Promise.all(all({ hash, ranking, list }));
    for (const result of done) expect(result.state).not.toBe('failed');
  });

  it('a full Redis takes nothing, and leaves nothing without a TTL', async () => {
    await bench.redis.client.config('SET', 'maxmemory', '1');
    for (const [, write] of writes)
      expect(await write({ ttlSeconds: 60 })).toEqual({ state: 'failed', code: 'outOfMemory' });
    await bench.redis.client.config('SET', 'maxmemory', '0');
    expect(await bench.redis.client.dbsize()).toBe(0);
  });
});

describe('in a Cluster', () => {
  it('each structure works wherever its key lies, also with a client that pipelines by itself', async () => {
    await using cluster = await startRedisCluster();
    for (const enableAutoPipelining of [false, true]) {
      const there = openStructures(await cluster.connect({ enableAutoPipelining }));
      const users = Array.from({ length: 20 }, (_, user) => `${user}:${enableAutoPipelining}`);
      await Promise.all(
        users.map(async (user) => {
          const basket = there.hash<Line>(`basket:${user}`, { ttlSeconds: 60 });
          const top = there.sortedSet(`top:${user}`, { ttlSeconds: 60, maxMembers: 2 });
          const seen = there.list<string>(`seen:${user}`, { ttlSeconds: 60, maxLength: 2 });
          await Promise.all([
            basket.setMany(new Map([['a', { sku: user, count: 1 }]])),
            top.increment('a'),
            seen.push(user),
          ]);
          expect(await basket.getAll()).toEqual(read(new Map([['a', { sku: user, count: 1 }]])));
          expect(await top.top(2)).toEqual(read([{ member: 'a', score: 1 }]));
          expect(await seen.range(0, 2)).toEqual(read([user]));
        }),
      );
      expect(there.fallbacks).toEqual([]);
    }
  });
});
