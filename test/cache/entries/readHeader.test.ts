import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { readHeader } from '#cache/entries/readHeader.ts';
import { type EntryHeader, encodeEntry } from '#cache/store/entryFormat.ts';
import type { RedisTransport } from '#cache/store/redisTransport.ts';
import { type CacheBench, openTransport, startBench } from '../startCache.ts';

let bench: CacheBench;
let transport: RedisTransport;
beforeAll(async () => {
  bench = await startBench();
  transport = openTransport(await bench.connect());
});
afterAll(() => bench[Symbol.asyncDispose]());
beforeEach(async () => {
  await bench.redis.client.config('SET', 'maxmemory', 0);
  await bench.redis.client.flushall();
});

const header: EntryHeader = {
  isNegative: false,
  isTagged: false,
  softExpiryAtMs: 1_700_000_000_123,
  loadMs: 12,
  version: Number.MAX_SAFE_INTEGER,
  storedAtMs: 1_699_999_999_999,
  owner: Buffer.from('a1b2c3d4e5f60718', 'hex'),
};

it('gives all fields as they were written', async () => {
  await bench.redis.client.set('x', encodeEntry(header, Buffer.from('{}')));
  expect(await readHeader(transport, 'x')).toEqual({ isDone: true, reply: header });
});

it('leaves the entry, its life and the hit rate of the instance as they were', async () => {
  const { client } = bench.redis;
  await client.set('x', encodeEntry(header, Buffer.from('{}')), 'PX', 50_000);
  await client.config('RESETSTAT');
  await readHeader(transport, 'x');
  await readHeader(transport, 'absent');
  expect(await client.info('stats')).toMatch(/keyspace_hits:0\r\nkeyspace_misses:0/);
  expect(await client.getBuffer('x')).toEqual(encodeEntry(header, Buffer.from('{}')));
  expect(await client.pttl('x')).toBeGreaterThan(40_000);
  expect(await client.exists('absent')).toBe(0);
});

it('finds none where there is no key, another program’s text, or another type', async () => {
  const { client } = bench.redis;
  await client.set('text', '{"from":"another program, and long enough to hold a header"}');
  await client.set('short', 'x');
  await client.lpush('list', 'x');
  for (const key of ['absent', 'text', 'short', 'list']) {
    expect(await readHeader(transport, key)).toEqual({ isDone: true, reply: null });
  }
});

it('says that Redis is full in place of "no entry"', async () => {
  await bench.redis.client.set('x', encodeEntry(header, Buffer.from('{}')));
  await bench.redis.client.config('SET', 'maxmemory', 1);
  expect(await readHeader(transport, 'x')).toMatchObject({ isDone: false, code: 'outOfMemory' });
});
