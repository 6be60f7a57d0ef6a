import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { CircuitBreaker } from '#cache/resilience/circuitBreaker.ts';
import { claimScript, releaseScript } from '#cache/store/leaseScripts.ts';
import { RedisTransport } from '#cache/store/redisTransport.ts';
import { startRedis, type TestRedis } from '#test/support/startRedis.ts';

let redis: TestRedis;
let transport: RedisTransport;
beforeAll(async () => {
  redis = await startRedis();
  transport = new RedisTransport({
    redis: redis.client,
    gate: new CircuitBreaker({ clock: Date.now, random: Math.random }),
    commandTimeoutMs: 5_000,
    reconnectHungAfterMs: null,
  });
});
afterAll(() => redis[Symbol.asyncDispose]());
beforeEach(async () => void (await redis.client.flushall()));

const claim = (holder: string, ttlMs = 60_000) =>
  claimScript.run(transport, { keys: ['lease'], args: [holder, ttlMs] });
const release = (holder: string) => releaseScript.run(transport, { keys: ['lease'], args: [holder] });
const done = (reply: number) => ({ isDone: true, reply });

it('is had by one holder, until it gives it up', async () => {
  expect(await claim('a')).toEqual(done(1));
  expect(await claim('b')).toEqual(done(0));
  expect(await release('b')).toEqual(done(0));
  expect(await claim('b')).toEqual(done(0));
  expect(await release('a')).toEqual(done(1));
  expect(await claim('b')).toEqual(done(1));
});

it('is claimed once more by who has it, and lives anew', async () => {
  await claim('a', 1_000);
  expect(await claim('a')).toEqual(done(1));
  expect(await redis.client.pttl('lease')).toBeGreaterThan(1_000);
});

it('is left as it is by whom it refuses', async () => {
  await claim('a', 1_000);
  const before = await redis.client.info('persistence');
  expect(await claim('b')).toEqual(done(0));
  expect(await redis.client.pttl('lease')).toBeLessThanOrEqual(1_000);
  const changes = /rdb_changes_since_last_save:\d+/;
  expect(changes.exec(await redis.client.info('persistence'))).toEqual(changes.exec(before));
});

it('raises neither hits nor misses of Redis, whatever it finds', async () => {
  await redis.client.config('RESETSTAT');
  await claim('a');
  for (const holder of ['b', 'a', 'b']) await claim(holder);
  for (const holder of ['b', 'a', 'a']) await release(holder);
  expect(await redis.client.info('stats')).toMatch(/keyspace_hits:0\r\nkeyspace_misses:0/);
});
