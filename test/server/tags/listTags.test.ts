import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { RedisConnection } from '#server/redis/redisConnection.ts';
import { listTags } from '#server/tags/listTags.ts';
import { tagLayouts } from '#server/tags/tagLayouts.ts';
import { openTestConnection } from '#test/support/openTestConnection.ts';
import { startRedis, type TestRedis } from '#test/support/startRedis.ts';

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

const list = (search = '', budget: { maxScannedKeys?: number; maxScanMs?: number } = {}) =>
  listTags(connection, { layouts: tagLayouts, search, nowMs: () => 5_000, ...budget });

describe('the list of tags', () => {
  it('holds the sets of the layout, the largest first, with size, TTL and bytes', async () => {
    await redis.client.sadd('shop:tag:big', 'a', 'b', 'c');
    await redis.client.sadd('tag:small', 'a');
    await redis.client.pexpire('tag:small', 60_000);
    await redis.client.sadd('tag:x:entries', 'a', 'b');
    // Names of others that only look alike.
    await redis.client.zadd('tag:scores', 1, 'a');
    await redis.client.set('tag:text', 'v');
    await redis.client.sadd('vintage:set', 'a');
    await redis.client.sadd('key-tags:blog:tag:7', 'news');
    await redis.client.sadd('mytag:no', 'a');
    const found = await list();
    expect(found.tags.map(({ tag, tagKey, memberCount }) => [tag, tagKey, memberCount])).toEqual([
      ['big', 'shop:tag:big', 3],
      ['x:entries', 'tag:x:entries', 2],
      ['small', 'tag:small', 1],
    ]);
    expect(found).toMatchObject({ isComplete: true, scannedCount: 8, readAtMs: 5_000 });
    expect(found.tags[0]).toMatchObject({ layout: 'simple', ttlMs: null });
    expect(found.tags[2]?.ttlMs).toBeGreaterThan(50_000);
    expect(found.tags[0]?.indexBytes).toBeGreaterThan(0);
  });

  it('takes a search literally, glob characters, binary and escapes included', async () => {
    await redis.client.sadd('tag:a*b', 'k');
    await redis.client.sadd('tag:aXb', 'k');
    await redis.client.sadd('tag:a[1]', 'k');
    await redis.client.sadd('tag:back\\slash', 'k');
    await redis.client.sadd(Buffer.from('7461673afffe', 'hex'), 'k');
    const tagsOf = async (search: string) => (await list(search)).tags.map((tag) => tag.tag);
    expect(await tagsOf('a*')).toEqual(['a*b']);
    expect(await tagsOf('[1]')).toEqual(['a[1]']);
    expect(await tagsOf('\\xff')).toEqual(['\\xff\\xfe']);
    expect(await tagsOf('back\\')).toEqual(['back\\\\slash']);
    expect(await tagsOf('nothing')).toEqual([]);
    expect(await tagsOf('*'.repeat(200))).toEqual([]);
  });

  it('leaves out what the ACL of our user does not let us read, and lists the rest', async () => {
    await redis.client.sadd('shop:tag:ours', 'shop:a');
    await redis.client.sadd('hr:tag:theirs', 'hr:a');
    await redis.client.call('ACL', 'SETUSER', 'shop', 'on', '>pw', 'resetkeys', '%R~shop:*', '+@all');
    const limited = openTestConnection(redis, 'monitor', { username: 'shop', password: 'pw' });
    try {
      const found = await listTags(limited, { layouts: tagLayouts, search: '', nowMs: () => 5_000 });
      expect(found.tags.map(({ tagKey }) => tagKey)).toEqual(['shop:tag:ours']);
      expect(found.isComplete).toBe(true);
    } finally {
      limited.close();
    }
  });

  it('says when the budget ended the scan, by keys or by time', async () => {
    const multi = redis.client.multi();
    for (let index = 0; index < 2_000; index += 1) multi.set(`p:${index}`, 'v');
    await multi.exec();
    expect(await list('', { maxScannedKeys: 400 })).toMatchObject({ isComplete: false, scannedCount: 400 });
    expect(await list('', { maxScanMs: -1 })).toMatchObject({ isComplete: false, scannedCount: 0 });
    expect(await list()).toMatchObject({ isComplete: true, scannedCount: 2_000 });
  });

  it('cuts at 1,000 tags, keeps the largest and says so', async () => {
    const multi = redis.client.multi();
    for (let index = 0; index < 1_005; index += 1) multi.sadd(`tag:${index}`, 'a');
    multi.sadd('tag:1004', 'b');
    await multi.exec();
    const found = await list();
    expect(found.tags).toHaveLength(1_000);
    expect(found.tags[0]?.tag).toBe('1004');
    expect(found).toMatchObject({ isComplete: true, leftOutCount: 5 });
  });

  it('raises no error counters of Redis', async () => {
    await redis.client.set('tag:text', 'v');
    await redis.client.config('RESETSTAT');
    await list();
    expect(await redis.client.info('errorstats')).not.toMatch(/errorstat_/);
  });

  it('fails as expected when Redis is away', async () => {
    const away = openTestConnection({ port: 1 }, 'monitor');
    const listing = listTags(away, { layouts: tagLayouts, search: '', nowMs: () => 0 });
    await expect(listing).rejects.toMatchObject({ code: 'redisUnreachable' });
    away.close();
  });
});
