import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Cache, createCache, family } from '#cache/cache.ts';
import { CacheEvents } from '#cache/metrics/cacheEvents.ts';
import { CircuitBreaker } from '#cache/resilience/circuitBreaker.ts';
import { RedisTransport } from '#cache/store/redisTransport.ts';
import { jsonSerialiser } from '#cache/store/serialiser.ts';
import { structureCalls } from '#cache/structures/structureCalls.ts';
import { startRedis, type TestRedis } from '#test/support/startRedis.ts';

/*
 * What the library asks of an ACL user: ACL SETUSER NAME on >PASSWORD resetkeys ~PREFIX* resetchannels &PREFIX* -@all and the
 * words below. In a Cluster also `+cluster|slots +cluster|info +readonly`, which the client itself needs.
 */
const connectionRights = ['info', 'ping', 'subscribe', 'publish'];
/** MGET saves round trips; XADD is for invalidations that Redis refuses again and again. */
const optionalRights = ['mget', 'xadd'];
const entryRights = [
  ...['get', 'set', 'unlink', 'pexpire', 'eval', 'evalsha', 'time'],
  // Fences, versions and marks of entries, inside scripts.
  ...['zadd', 'zremrangebyrank', 'setrange', 'bitfield'],
  // Tags, and invalidation of tags and patterns.
  ...['sadd', 'srem', 'spop', 'scard', 'srandmember', 'sscan', 'scan'],
];
const structureRights = [
  ...['setbit', 'hset', 'hget', 'hmget', 'hgetall', 'hlen', 'hincrby', 'hdel'],
  ...[
    'zincrby',
    'zscore',
    'zrem',
    'zcard',
    'zrevrank',
    'zrevrange',
    'zrangebyscore',
    'lpush',
    'ltrim',
    'lrange',
    'llen',
  ],
];

const versioned = family({
  key: 'versioned:{id}',
  ttlSeconds: 60,
  namespace: 'catalog',
  version: () => 1,
  load: async () => 'loaded',
});

let redis: TestRedis;
let client: Redis;
const refused: unknown[] = [];
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis[Symbol.asyncDispose]());
beforeEach(async () => {
  await redis.client.flushall();
  await redis.client.script('FLUSH');
  refused.length = 0;
  const words = [...connectionRights, ...optionalRights, ...entryRights, ...structureRights].map(
    (word) => `+${word}`,
  );
  const scope = ['reset', 'on', '>secret', 'resetkeys', '~shop:*', 'resetchannels', '&shop:*', '-@all'];
  await redis.client.acl('SETUSER', 'shop', ...scope, ...words);
  client = new Redis({
    ...{ port: redis.port, host: '127.0.0.1', username: 'shop', password: 'secret' },
    disableClientInfo: true,
  });
  await new Promise<void>((resolve) => client.once('ready', () => resolve()));
});
afterEach(() => client.disconnect());

const note = ({ code, error }: { code: string; error: unknown }): void => {
  if (code === 'refused') refused.push(error);
};

function openShop(): Cache<{ versioned: typeof versioned }> {
  const cache = createCache({
    ...{ redis: client, service: 'shop', families: { versioned }, l1: {} },
    // Always tidies; never opens, since what is refused here is refused on purpose.
    ...{ random: () => 0, breaker: { failureRatio: 1, slowCallMs: 5_000 }, retry: { backoffMs: 60_000 } },
  });
  cache.on('fallback', note);
  return cache;
}

async function useEntries(): Promise<void> {
  const cache = openShop();
  const lives = { ttlSeconds: 60, l1: false };
  const load = async () => 'loaded';
  await cache.set('a', 1, { ...lives, tags: ['t', 'u'] });
  await cache.set('a', 1, { ...lives, tags: ['t'] });
  await Promise.all(['a', 'b', 'c'].map((key) => cache.getOrSet(key, load, { ...lives, tags: ['t'] })));
  await cache.getOrSet('leased', load, { ...lives, lease: true });
  await cache.getOrSet('a', load, lives);
  await cache.versioned.set({ id: 1 }, 'x');
  await cache.versioned.set({ id: 1 }, 'y');
  await cache.invalidateTag('t', { mode: 'soft' });
  await cache.invalidateTag('t');
  await cache.set('p:1', 1, lives);
  await cache.invalidatePattern('p:*');
  await cache.invalidateNamespace('catalog');
  await cache.delete('a');
  await cache.close();
}

async function useStructures(): Promise<void> {
  const gate = new CircuitBreaker({ failureRatio: 1, clock: Date.now, random: () => 0.5 });
  const transport = new RedisTransport({
    ...{ redis: client, gate, commandTimeoutMs: 5_000, reconnectHungAfterMs: null },
  });
  const events = new CacheEvents();
  events.on('fallback', note);
  const open = () =>
    structureCalls({ transport, events, prefix: 'shop:', serialiser: jsonSerialiser, instance: 'i1' });
  const calls = open();
  for (const ttlFrom of ['lastWrite', 'creation'] as const) {
    const hash = calls.hash<number>('h', { ttlSeconds: 60, ttlFrom });
    await hash.set('a', 1);
    await Promise.all([hash.increment('a'), hash.get('a'), hash.getMany(['a']), hash.getAll()]);
    await Promise.all([hash.remove('a'), hash.delete()]);
    const ranking = calls.sortedSet('s', { ttlSeconds: 60, ttlFrom, maxMembers: 2 });
    await Promise.all([ranking.add('a', 1), ranking.increment('a'), ranking.top(1), ranking.rank('a')]);
    await Promise.all([
      ranking.range({ from: 0, to: 1 }, 1),
      ranking.size(),
      ranking.remove('a'),
      ranking.trim(1),
    ]);
    const list = calls.list<number>('l', { ttlSeconds: 60, ttlFrom, maxLength: 2 });
    await Promise.all([list.push(1), list.range(0, 1), list.size(), list.delete()]);
  }
  // Of the same number as a call before: to Redis, that call sent again.
  await open().sortedSet('s', { ttlSeconds: 60 }).increment('a');
}

describe('a user with the least rights', () => {
  it('is refused nothing', async () => {
    await useEntries();
    await useStructures();
    expect(refused).toEqual([]);
  });

  it.each(optionalRights)('is refused nothing without %s either', async (word) => {
    await redis.client.acl('SETUSER', 'shop', `-${word}`);
    await useEntries();
    expect(refused).toEqual([]);
  });

  it('hears the invalidations of the others, and pings', async () => {
    const states: string[] = [];
    const cache = createCache({ redis: client, service: 'shop', families: {}, l1: {}, heartbeatMs: 20 });
    cache.on('coherence', ({ state }) => states.push(state));
    await vi.waitFor(() => expect(states).toEqual(['live']), 5_000);
    const before = await pingCount();
    await vi.waitFor(async () => expect(await pingCount()).toBeGreaterThan(before + 3), 5_000);
    expect(states).toEqual(['live']);
    await cache.close();
  });

  it.each(entryRights)('is refused something of entries without %s', async (word) => {
    await redis.client.acl('SETUSER', 'shop', `-${word}`);
    await useEntries();
    expect(refused).not.toEqual([]);
  });

  it.each(structureRights)('is refused something of structures without %s', async (word) => {
    await redis.client.acl('SETUSER', 'shop', `-${word}`);
    await useStructures();
    expect(refused).not.toEqual([]);
  });

  it('reaches no other service', async () => {
    await expect(client.get('other:a')).rejects.toThrow('NOPERM');
    await expect(client.publish('other:cachescope:invalidations', 'x')).rejects.toThrow('NOPERM');
    await expect(client.keys('*')).rejects.toThrow('NOPERM');
  });
});

async function pingCount(): Promise<number> {
  return Number(/cmdstat_ping:calls=(\d+)/.exec(await redis.client.info('commandstats'))?.[1] ?? 0);
}
