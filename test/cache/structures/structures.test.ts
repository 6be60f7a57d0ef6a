import * as msgpack from '@msgpack/msgpack';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { CacheEvents } from '#cache/metrics/cacheEvents.ts';
import { CircuitBreaker } from '#cache/resilience/circuitBreaker.ts';
import { msgpackSerialiser } from '#cache/store/msgpackSerialiser.ts';
import type { RedisClient } from '#cache/store/redisClient.ts';
import { RedisTransport } from '#cache/store/redisTransport.ts';
import { jsonSerialiser, type Serialiser } from '#cache/store/serialiser.ts';
import { type StructureCalls, structureCalls } from '#cache/structures/structureCalls.ts';
import { startRedisCluster } from '#test/support/redis/startRedisCluster.ts';
import { type CacheBench, shopCache, startBench } from '../startCache.ts';

interface Line {
  readonly sku: string;
  readonly count: number;
}

let bench: CacheBench;
let redis: Redis;
let calls: StructureCalls;
const fallbacks: string[] = [];
beforeAll(async () => {
  bench = await startBench();
});
afterAll(() => bench[Symbol.asyncDispose]());
beforeEach(async () => {
  await bench.redis.client.flushall();
  fallbacks.length = 0;
  redis = await bench.connect();
  calls = open(redis);
});

function open(client: RedisClient, serialiser: Serialiser = jsonSerialiser): StructureCalls {
  const events = new CacheEvents();
  events.on('fallback', ({ operation, code }) => fallbacks.push(`${operation} ${code}`));
  const gate = new CircuitBreaker({ slowCallMs: 5_000, clock: Date.now, random: () => 0.5 });
  const transport = new RedisTransport({
    redis: client,
    gate,
    commandTimeoutMs: 5_000,
    reconnectHungAfterMs: null,
  });
  return structureCalls({ transport, events, prefix: 'shop:', serialiser });
}

const STORED = { state: 'stored' };
const read = (value: unknown) => ({ state: 'read', value });
const ttlOf = (key: string) => bench.redis.client.pttl(key);
/** What is left of a TTL that was given a moment ago. */
const nearly = (ms: number) => expect.toSatisfy((left: number) => left <= ms && left > ms - 5_000);

describe.each([
  ['JSON', jsonSerialiser],
  ['msgpack', msgpackSerialiser(msgpack)],
])('a hash with %s', (_, serialiser) => {
  const open_ = () => open(redis, serialiser).hash<Line | number | string>('basket:1', { ttlSeconds: 600 });

  it('gives back what was set, field by field, several and all', async () => {
    const basket = open_();
    const line = { sku: 'é', count: 2 };
    expect(await basket.set('a', line)).toEqual(STORED);
    expect(
      await basket.setMany(
        new Map<string, Line | string | number>([
          ['b', '12'],
          ['__proto__', 0.5],
        ]),
      ),
    ).toEqual(STORED);
    expect(await basket.get('a')).toEqual(read(line));
    expect(await basket.get('none')).toEqual(read(undefined));
    expect(await basket.getMany(['a', 'none', 'b'])).toEqual(
      read(
        new Map<string, unknown>([
          ['a', line],
          ['b', '12'],
        ]),
      ),
    );
    const all = new Map<string, unknown>([
      ['a', line],
      ['b', '12'],
      ['__proto__', 0.5],
    ]);
    expect(await basket.getAll()).toEqual(read(all));
    expect(await basket.size()).toEqual(read(3));
    expect(await basket.remove('a', 'none')).toEqual(STORED);
    expect(await basket.size()).toEqual(read(2));
    expect(await basket.delete()).toEqual(STORED);
    expect(await basket.getAll()).toEqual(read(new Map()));
  });

  it('counts without losing an increment, also in a field that was set', async () => {
    const basket = open_();
    const others = await Promise.all([0, 1, 2].map(async () => open(await bench.connect(), serialiser)));
    await basket.set('a', 10);
    const handles = others.map((other) => other.hash<number>('basket:1', { ttlSeconds: 600 }));
    await Promise.all(
      handles.flatMap((handle) => Array.from({ length: 50 }, () => handle.increment('a', 2))),
    );
    expect(await basket.get('a')).toEqual(read(310));
    expect(await basket.increment('a', -310)).toEqual({ state: 'stored', value: 0 });
    expect(await basket.get('a')).toEqual(read(0));
  });
});

describe('a hash', () => {
  const hash = (ttlSeconds = 600) => calls.hash<number>('h', { ttlSeconds });

  it('is read whole up to 1,000 fields, and above it told by its size', async () => {
    const fields = Array.from({ length: 1_000 }, (_, index): [string, number] => [`f${index}`, index]);
    await hash().setMany(new Map(fields));
    expect(await hash().getAll()).toEqual(read(new Map(fields)));
    await hash().set('one more', 1);
    await bench.redis.client.config('RESETSTAT');
    expect(await hash().getAll()).toEqual({ state: 'tooLarge', size: 1_001 });
    expect(await bench.redis.client.info('commandstats')).not.toContain('hgetall');
  });

  it('loses nothing to a removal of no fields', async () => {
    await hash().set('a', 1);
    expect(await hash().remove()).toEqual(STORED);
    expect(await hash().size()).toEqual(read(1));
  });

  it('fails as a value where a field holds no number, or what it holds cannot be read', async () => {
    const texts = calls.hash<string>('h', { ttlSeconds: 600 });
    await texts.set('a', 'x');
    expect(await texts.increment('a')).toEqual({ state: 'failed', code: 'refused' });
    await bench.redis.client.hset('shop:h', 'b', 'not JSON');
    expect(await texts.get('b')).toEqual({ state: 'failed', code: 'undecodable' });
    expect(await texts.getAll()).toEqual({ state: 'failed', code: 'undecodable' });
    expect(await calls.hash<unknown>('h', { ttlSeconds: 600 }).set('c', () => 1)).toEqual({
      state: 'failed',
      code: 'unserialisable',
    });
    const codes = ['refused', 'undecodable', 'undecodable', 'unserialisable'];
    expect(fallbacks).toEqual(codes.map((code) => `structure ${code}`));
  });

  it('fails as a value where the key holds something else', async () => {
    await bench.redis.client.set('shop:h', 'text');
    expect(await hash().get('a')).toEqual({ state: 'failed', code: 'refused' });
    expect(await hash().set('a', 1)).toEqual({ state: 'failed', code: 'refused' });
    expect(await bench.redis.client.get('shop:h')).toBe('text');
    expect(await ttlOf('shop:h')).toBe(-1);
  });
});

describe('a sorted set', () => {
  const ranking = (maxMembers?: number) =>
    calls.sortedSet('top', { ttlSeconds: 600, ...(maxMembers !== undefined && { maxMembers }) });
  const scored = (...pairs: [string, number][]) => read(pairs.map(([member, score]) => ({ member, score })));

  it('ranks its members, the highest first', async () => {
    for (const [member, score] of [
      ['a', 1],
      ['b', 3.5],
      ['c', -2],
      ['é ', 2],
    ] as const) {
      expect(await ranking().add(member, score)).toEqual(STORED);
    }
    expect(await ranking().increment('a', 4.25)).toEqual({ state: 'stored', value: 5.25 });
    expect(await ranking().increment('new')).toEqual({ state: 'stored', value: 1 });
    expect(await ranking().top(3)).toEqual(scored(['a', 5.25], ['b', 3.5], ['é ', 2]));
    expect(await ranking().rank('a')).toEqual(read(0));
    expect(await ranking().rank('c')).toEqual(read(4));
    expect(await ranking().rank('none')).toEqual(read(undefined));
    expect(await ranking().range({ from: 1, to: 3.5 }, 10)).toEqual(
      scored(['new', 1], ['é ', 2], ['b', 3.5]),
    );
    const below = { from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY };
    expect(await ranking().range(below, 1)).toEqual(scored(['c', -2]));
    expect(await ranking().remove('a', 'b')).toEqual(STORED);
    expect(await ranking().size()).toEqual(read(3));
    expect(await ranking().trim(2)).toEqual(STORED);
    expect(await ranking().top(10)).toEqual(scored(['é ', 2], ['new', 1]));
    expect(await ranking().delete()).toEqual(STORED);
    expect(await ranking().top(1)).toEqual(read([]));
  });

  it('stays at its most members, of which it keeps the highest', async () => {
    for (let score = 1; score <= 20; score += 1) await ranking(5).add(`m${score % 13}`, score);
    expect(await ranking().size()).toEqual(read(5));
    expect(await ranking().top(1)).toEqual(scored(['m7', 20]));
    await ranking(5).increment('low', 1);
    expect(await ranking().rank('low')).toEqual(read(undefined));
    await ranking(5).increment('high', 100);
    expect(await ranking().rank('high')).toEqual(read(0));
    expect(await ranking().size()).toEqual(read(5));
  });

  it('tells a score that has grown out of all bounds as infinite', async () => {
    await ranking().add('a', 1e308);
    expect(await ranking().increment('a', 1e308)).toEqual({
      state: 'stored',
      value: Number.POSITIVE_INFINITY,
    });
    expect(await ranking().top(1)).toEqual(scored(['a', Number.POSITIVE_INFINITY]));
  });

  it('is read by a client that maps replies by RESP3, and by one that speaks RESP2', async () => {
    await ranking().add('a', 1.5);
    await ranking().add('b', 2);
    const options = { port: bench.redis.port, host: '127.0.0.1', disableClientInfo: true } as const;
    for (const client of [
      new Redis({ ...options, protocol: 3, replyMapping: 'resp3' }),
      new Redis({ ...options, protocol: 2 }),
    ]) {
      const top = await open(client).sortedSet('top', { ttlSeconds: 600 }).top(2);
      expect(top).toEqual(scored(['b', 2], ['a', 1.5]));
      client.disconnect();
    }
  });
});

describe('a list', () => {
  const seen = () => calls.list<Line | string>('seen', { ttlSeconds: 600, maxLength: 3 });

  it('has the newest first, and no more than its length', async () => {
    expect(await seen().push('a')).toEqual(STORED);
    expect(await seen().push('b', { sku: 'c', count: 1 })).toEqual(STORED);
    expect(await seen().range(0, 10)).toEqual(read([{ sku: 'c', count: 1 }, 'b', 'a']));
    await seen().push('d');
    expect(await seen().range(0, 10)).toEqual(read(['d', { sku: 'c', count: 1 }, 'b']));
    expect(await seen().range(1, 1)).toEqual(read([{ sku: 'c', count: 1 }]));
    expect(await seen().range(3, 1)).toEqual(read([]));
    expect(await seen().size()).toEqual(read(3));
    expect(await seen().push()).toEqual(STORED);
    expect(await seen().delete()).toEqual(STORED);
    expect(await seen().size()).toEqual(read(0));
  });
});

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
    expect((await bench.redis.client.keys('*')).sort()).toEqual(['shop:basket:1', 'shop:seen:1']);
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
    const away = open(client);
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
    expect(fallbacks).toHaveLength(failed.length);
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
      const there = open(await cluster.connect({ enableAutoPipelining }));
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
    }
    expect(fallbacks).toEqual([]);
  });
});
