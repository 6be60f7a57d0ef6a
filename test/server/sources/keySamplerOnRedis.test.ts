import type { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type KeyStream, openKeyStream } from '#server/redis/keyStream.ts';
import { openLookupLedger } from '#server/redis/lookupLedger.ts';
import type { Sample } from '#server/sources/deriveSample.ts';
import { createKeySampler } from '#server/sources/keySampler.ts';
import { createPatternLearner } from '#shared/keyPattern/patternLearner.ts';
import { families, seeded } from '#test/shared/keyPattern/keyspace.ts';
import { manualClock } from '#test/support/manualClock.ts';
import { startRedis, type TestRedis } from '#test/support/startRedis.ts';

let redis: TestRedis;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(async () => {
  await redis[Symbol.asyncDispose]();
});

/** Fills with distinct keys by weight; even families have a TTL of 10 minutes, odd ones none. Returns counts by pattern. */
async function fill(client: Redis, count: number): Promise<Map<string, number>> {
  const random = seeded(99);
  const total = families.reduce((sum, { weight }) => sum + weight, 0);
  const counts = new Map<string, number>();
  let batch = client.pipeline();
  for (const [index, family] of families.entries()) {
    const keys = new Set<string>();
    for (let tries = 0; tries < (count * family.weight) / total; tries += 1) keys.add(family.key(random));
    counts.set(family.pattern, keys.size);
    for (const key of keys) {
      if (index % 2 === 0) batch.set(key, 'v'.repeat(40 + index), 'PX', 600_000);
      else batch.set(key, 'v'.repeat(40 + index));
      if (batch.length < 5_000) continue;
      await batch.exec();
      batch = client.pipeline();
    }
  }
  await batch.exec();
  return counts;
}

async function withStream<T>(run: (stream: KeyStream) => Promise<T>): Promise<T> {
  const settings = {
    host: '127.0.0.1',
    port: redis.port,
    database: 0,
    username: null,
    password: null,
    tls: null,
  };
  const stream = openKeyStream({ settings, ledger: openLookupLedger(), nowMs: Date.now });
  try {
    return await run(stream);
  } finally {
    stream.close();
  }
}

async function sampleOnce(
  sampleSize: number,
  stream: Pick<KeyStream, 'keyCount' | 'readPage'>,
): Promise<Sample> {
  const sampler = createKeySampler({
    stream,
    clock: manualClock(),
    random: seeded(17),
    learner: createPatternLearner(),
    onSample: () => {},
    sampleSize,
  });
  await sampler.runRound();
  const sample = sampler.sample();
  if (sample.state === 'unknown') throw new Error(sample.detail);
  expect(sampler.failure()).toBeNull();
  return sample.value;
}

describe('sampling a real Redis', () => {
  it('estimates 40 known patterns of 120,000 keys within the promised error from 10,000 of them', async () => {
    await redis.client.flushall();
    const counts = await fill(redis.client, 120_000);
    const keyCount = await redis.client.dbsize();
    const { summary, patterns } = await withStream((stream) => sampleOnce(10_000, stream));
    expect(summary).toMatchObject({ isComplete: false, keyCount });
    expect(summary.sampledCount).toBeGreaterThanOrEqual(10_000);
    let missedCount = 0;
    for (const [pattern, truth] of counts) {
      const sample = patterns.get(pattern);
      const errorPoints = (Math.abs((sample?.keyCount.value ?? 0) - truth) / keyCount) * 100;
      expect(errorPoints, pattern).toBeLessThan(1.1);
      if (sample !== undefined && (sample.keyCount.low > truth || sample.keyCount.high < truth))
        missedCount += 1;
    }
    // 95 % intervals of some 35 patterns: more than six misses come once in a few hundred samples.
    expect(missedCount).toBeLessThanOrEqual(6);
    expect(patterns.size).toBeLessThanOrEqual(families.length + 2);
    const cached = patterns.get('catalog:product:{id}');
    expect(cached?.ttl.noTtlCount).toBe(0);
    expect(cached?.ttl.p50Ms).toBeGreaterThan(500_000);
    expect(cached?.ttl.p50Ms).toBeLessThanOrEqual(600_000);
    const eternal = patterns.get('catalog:product:{id}:reviews');
    expect(eternal?.ttl).toMatchObject({ noTtlCount: eternal?.sampledCount, p50Ms: null });
  });

  it('counts exactly, and sums the bytes that Redis tells, when it reads every key', async () => {
    await redis.client.flushall();
    const counts = await fill(redis.client, 4_000);
    const { summary, patterns } = await withStream((stream) => sampleOnce(10_000, stream));
    expect(summary.isComplete).toBe(true);
    expect(summary.keyCount).toBe(await redis.client.dbsize());
    for (const [pattern, truth] of counts) {
      expect(patterns.get(pattern)?.keyCount, pattern).toMatchObject({ value: truth, isExact: true });
    }
    const names = await redis.client.keys('catalog:product:*:stock');
    const sizes = await Promise.all(names.map((name) => redis.client.memory('USAGE', name)));
    const truth = sizes.reduce<number>((sum, size) => sum + (size ?? 0), 0);
    expect(patterns.get('catalog:product:{id}:stock')?.bytes).toMatchObject({ value: truth, isExact: true });
  });

  it('goes on when keys vanish during the walk', async () => {
    await redis.client.flushall();
    await redis.client.mset(Object.fromEntries(Array.from({ length: 3_000 }, (_, id) => [`a:${id}`, 'v'])));
    let pageCount = 0;
    const sample = await withStream((stream) =>
      sampleOnce(10_000, {
        keyCount: () => stream.keyCount(),
        readPage: async (cursor, count) => {
          pageCount += 1;
          if (pageCount === 10) await redis.client.flushall();
          return stream.readPage(cursor, count);
        },
      }),
    );
    expect(sample.summary.isComplete).toBe(true);
    expect(sample.summary.sampledCount).toBeGreaterThan(500);
    expect(sample.summary.sampledCount).toBeLessThan(1_500);
  });

  it('shows binary keys escaped and under one pattern', async () => {
    await redis.client.flushall();
    for (let id = 0; id < 20; id += 1) await redis.client.set(Buffer.from([0x62, 0x3a, 0xff, id, 0x0a]), 'v');
    const { patterns } = await withStream((stream) => sampleOnce(10_000, stream));
    expect([...patterns.keys()]).toEqual(['b:{bytes}']);
    expect(patterns.get('b:{bytes}')?.examples[0]).toMatch(/^b:\\xff(\\x[0-9a-f]{2}){2}$/);
  });

  it('sees every type', async () => {
    await redis.client.flushall();
    await redis.client.hset('h:1', 'f', 'v');
    await redis.client.sadd('s:tag:x', 'a');
    await redis.client.zadd('z:1', 1, 'a');
    await redis.client.xadd('x:1', '*', 'f', 'v');
    const { patterns } = await withStream((stream) => sampleOnce(10_000, stream));
    const types = [...patterns].map(([pattern, sample]) => [pattern, sample.types] as const);
    expect(new Map(types)).toEqual(
      new Map([
        ['h:{id}', ['hash']],
        ['s:tag:{tag}', ['set']],
        ['z:{id}', ['zset']],
        ['x:{id}', ['stream']],
      ]),
    );
  });
});
