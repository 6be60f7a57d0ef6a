import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { RedisConnection } from '#server/redis/redisConnection.ts';
import { nextHeldTags } from '#server/tags/hashes/nextHeldTags.ts';
import { sampleTag } from '#server/tags/health/sampleTag.ts';
import { deriveTagLook } from '#server/tags/health/tagLook.ts';
import { laravel } from '#server/tags/layouts/laravel.ts';
import { simple } from '#server/tags/layouts/simple.ts';
import type { TagIndex, TagLayout } from '#server/tags/tagLayout.ts';
import { openTestConnection } from '#test/support/openTestConnection.ts';
import { startRedis, type TestRedis } from '#test/support/startRedis.ts';
import { lookParts } from '#test/support/tags/lookParts.ts';

let redis: TestRedis;
let connection: RedisConnection;
beforeAll(async () => {
  redis = await startRedis();
  connection = openTestConnection(redis, 'monitor');
});
afterAll(async () => {
  connection.close();
  await redis[Symbol.asyncDispose]();
});
beforeEach(() => redis.client.flushall());

async function open(layout: TagLayout, tagKey: string): Promise<TagIndex> {
  const index = await layout.open(connection, Buffer.from(tagKey));
  if (index === null) throw new Error(`no index under ${tagKey}`);
  return index;
}

async function sample(layout: TagLayout, tagKey: string, memberCount = 1_000) {
  const index = await open(layout, tagKey);
  const budget = { memberCount, ttlCount: 100 };
  const made = await sampleTag(connection, index, { budget, nowMs: () => 5_000 });
  if (made === null) throw new Error('gone');
  return { index, made, look: deriveTagLook(index, made, lookParts()) };
}

/** Entries `p:0` to `p:{count - 1}`, of which every fourth is gone. */
async function fill(count: number): Promise<void> {
  const batch = redis.client.pipeline();
  for (let id = 0; id < count; id += 1) {
    if (id % 4 !== 0) batch.set(`p:${id}`, 'value', 'EX', 600);
    batch.sadd('tag:a', `p:${id}`);
    if (id % 8 === 0) batch.sadd(`key-tags:p:${id}`, 'a');
  }
  await batch.exec();
}

describe('a look at the members of a tag', () => {
  it('counts all of a small one, missing entries and left lists of tags included', async () => {
    await fill(400);
    const { made, look } = await sample(simple, 'tag:a');
    expect(made).toMatchObject({ atMs: 5_000, memberCount: 400, isWhole: true, indexTtlMs: null });
    expect(look.orphans).toEqual({ ratio: 0.25, low: 0.25, high: 0.25 });
    expect(made.members.filter(({ bytes, hasReverse }) => bytes === null && hasReverse)).toHaveLength(50);
    const read = made.members.filter(({ ttlMs }) => ttlMs !== undefined);
    expect(read.length).toBeGreaterThan(50);
    expect(read.length).toBeLessThanOrEqual(100);
    expect(look.bytes).toMatchObject({ isExact: true });
    expect(look.patternCounts.size).toBe(300);
    expect(look.findings.map(({ kind }) => kind)).toEqual(['orphans', 'danglingReverse', 'noIndexTtl']);
  });

  it('estimates a large one from a sample', async () => {
    await fill(8_000);
    const { made, look } = await sample(simple, 'tag:a', 1_000);
    expect(made).toMatchObject({ memberCount: 8_000, isWhole: false });
    expect(made.members).toHaveLength(1_000);
    // Four standard errors, which one run in 16,000 leaves.
    expect(Math.abs((look.orphans?.ratio ?? 0) - 0.25)).toBeLessThan(0.055);
    expect((look.orphans?.high ?? 1) - (look.orphans?.low ?? 0)).toBeLessThan(0.06);
    const bytes = 6_000 * Number(await redis.client.memory('USAGE', 'p:1'));
    expect(Math.abs((look.bytes?.value ?? 0) / bytes - 1)).toBeLessThan(0.08);
    expect(look.bytes).toMatchObject({ isExact: false });
  });

  it('costs keyspace hits and misses for TTLs and the index alone', async () => {
    await fill(400);
    const index = await open(simple, 'tag:a');
    await redis.client.config('RESETSTAT');
    await sampleTag(connection, index, { budget: { memberCount: 400, ttlCount: 100 }, nowMs: () => 0 });
    const stats = await redis.client.info('stats');
    const read = (name: string) => Number(new RegExp(`${name}:(\\d+)`).exec(stats)?.[1]);
    expect(read('keyspace_hits') + read('keyspace_misses')).toBeLessThan(110);
  });

  it('tells an entry without a TTL from one that is gone', async () => {
    await redis.client.sadd('tag:a', 'gone', 'forever');
    await redis.client.set('forever', 'v');
    const { made } = await sample(simple, 'tag:a');
    const byKey = new Map(made.members.map((member) => [member.key.toString(), member]));
    expect(byKey.get('gone')).toMatchObject({ bytes: null });
    expect(byKey.get('gone')).not.toHaveProperty('ttlMs');
    expect(byKey.get('forever')).toMatchObject({ ttlMs: null });
  });

  it('reads sorted sets by their members, with the prefix of their entries', async () => {
    await redis.client.set('app_abc:k', 'v', 'EX', 60);
    await redis.client.zadd('app_tag:t:entries', 2_000_000_000, 'abc:k', 1, 'abc:old');
    const { made } = await sample(laravel, 'app_tag:t:entries');
    expect(made.members.map(({ key, bytes }) => [key.toString(), bytes !== null])).toEqual(
      expect.arrayContaining([
        ['app_abc:k', true],
        ['app_abc:old', false],
      ]),
    );
  });

  it('of a tag in a hash of all tags it counts what it saw, and nothing when it could not see all', async () => {
    const batch = redis.client.pipeline();
    for (let id = 0; id < 1_000; id += 1) {
      batch.hset('__sharedTags__', `page:${id}`, JSON.stringify(id % 2 === 0 ? ['even'] : ['odd']));
      batch.set(`page:${id}`, '{}');
    }
    await batch.exec();
    const tag = '__sharedTags__[even]';
    const whole = await sample(nextHeldTags, tag);
    expect(whole.made).toMatchObject({ memberCount: 500, isWhole: true, indexBytes: null });
    const part = await sample(nextHeldTags, tag, 50);
    expect(part.made).toMatchObject({ memberCount: null, isWhole: false });
    expect(part.look).toMatchObject({ bytes: null });
  });

  it('is null when the index is gone meanwhile', async () => {
    await redis.client.sadd('tag:a', 'k');
    const index = await open(simple, 'tag:a');
    await redis.client.del('tag:a');
    const budget = { memberCount: 10, ttlCount: 10 };
    expect(await sampleTag(connection, index, { budget, nowMs: () => 0 })).toBeNull();
  });
});
