import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { RedisConnection } from '#server/redis/redisConnection.ts';
import { TagDirectory, type TagDirectoryOptions } from '#server/tags/directory/tagDirectory.ts';
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

const open = (more: Partial<TagDirectoryOptions> = {}) =>
  new TagDirectory({ connection, nowMs: () => 5_000, pause: async () => {}, lookParts, ...more });
const list = (search = '') => open().list(search);

async function addKeys(count: number): Promise<void> {
  const multi = redis.client.multi();
  for (let index = 0; index < count; index += 1) multi.set(`p:${index}`, 'v');
  await multi.exec();
}

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
    expect(found).toMatchObject({
      ...{ isComplete: true, isWalking: false, scannedCount: 8, keyCount: 8 },
      ...{ readAtMs: 5_000, walkEndedAtMs: 5_000 },
    });
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
      const found = await open({ connection: limited }).list('');
      expect(found.tags.map(({ tagKey }) => tagKey)).toEqual(['shop:tag:ours']);
      expect(found.isComplete).toBe(true);
    } finally {
      limited.close();
    }
  });

  it('lists a tag that invalidates by a mark with no count, last, and only where a mark is one', async () => {
    await redis.client.sadd('tag:one', 'a');
    await redis.client.set(
      'bento:___bc:t:users',
      '{"value":7,"logicalExpiration":8,"tags":[],"createdAt":7}',
    );
    await redis.client.set('site:cachetags:node', '3');
    await redis.client.set('notes:cachetags:node', 'a text of somebody');
    const { tags } = await list();
    expect(tags.map(({ layout, tag, memberCount }) => [layout, tag, memberCount])).toEqual([
      ['simple', 'one', 1],
      ...[
        ['bentocache', 'users', null],
        ['drupal', 'node', null],
      ].toSorted(
        (a, b) => tags.findIndex((t) => t.layout === a[0]) - tags.findIndex((t) => t.layout === b[0]),
      ),
    ]);
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
    const listing = open({ connection: away }).list('');
    await expect(listing).rejects.toMatchObject({ code: 'redisUnreachable' });
    away.close();
  });
});

/** Lets the walk that goes on by itself make one more step, each time that it is told to. */
function steps() {
  const waiting: (() => void)[] = [];
  return {
    pause: () => new Promise<void>((resolve) => waiting.push(resolve)),
    go: () => waiting.shift()?.(),
  };
}

describe('a walk that takes longer than anybody waits', () => {
  it('shows how far it is, goes on behind the list, and keeps what it found', async () => {
    await addKeys(1_000);
    await redis.client.sadd('tag:late', 'a', 'b');
    const { pause, go } = steps();
    const directory = open({ pause, maxWaitMs: -1 });
    const first = await directory.list('');
    expect(first).toMatchObject({ isComplete: false, isWalking: true, keyCount: 1_001, walkEndedAtMs: null });
    expect(first.scannedCount).toBe(200);
    go();
    await expect.poll(async () => (await directory.list('')).scannedCount).toBe(400);
    await expect
      .poll(async () => {
        go();
        return (await directory.list('')).isComplete;
      })
      .toBe(true);
    const last = await directory.list('');
    expect(last).toMatchObject({ isWalking: false, scannedCount: 1_001, walkEndedAtMs: 5_000 });
    expect(last.tags.map(({ tag }) => tag)).toEqual(['late']);
  });

  it('finds a tag by its whole name before the walk comes to it, where tags of its kind are known or plain', async () => {
    await addKeys(3_000);
    // One of them in the first page is enough to know their kind; without it the chance is 1 in 1,000,000.
    for (let index = 0; index < 200; index += 1) await redis.client.sadd(`app:tag:t${index}`, 'a');
    const directory = open({ pause: () => new Promise(() => {}), maxWaitMs: -1 });
    expect((await directory.list('')).tags.length).toBeLessThan(100);
    for (const tag of ['t0', 't77', 't199']) {
      const { tags } = await directory.list(tag);
      expect(tags.map(({ tagKey }) => tagKey)).toContain(`app:tag:${tag}`);
    }
    await redis.client.sadd('tag:plain', 'a');
    expect((await directory.list('plain')).tags.map(({ tagKey }) => tagKey)).toEqual(['tag:plain']);
    expect((await directory.list('nothing')).tags).toEqual([]);
  });

  it('stops when nobody asks for a minute, and goes on from there', async () => {
    await addKeys(1_000);
    let nowMs = 0;
    const { pause, go } = steps();
    const directory = open({ pause, maxWaitMs: -1, nowMs: () => nowMs });
    await directory.list('');
    nowMs = 60_001;
    const commands = async () =>
      /cmdstat_scan:calls=(\d+)/.exec(await redis.client.info('commandstats'))?.[1];
    await redis.client.config('RESETSTAT');
    go();
    await expect.poll(commands).toBe('1');
    go();
    await redis.client.ping();
    expect(await commands()).toBe('1');
    const again = await directory.list('');
    expect(again).toMatchObject({ scannedCount: 600, isWalking: true });
  });

  it('is one walk for all who ask, whatever they search', async () => {
    await addKeys(400);
    await redis.client.config('RESETSTAT');
    const directory = open();
    await Promise.all(['', 'a', 'b', 'c'].map((search) => directory.list(search)));
    await directory.list('d');
    expect(await redis.client.info('commandstats')).toMatch(/cmdstat_scan:calls=[2-4],/);
  });

  it('asks again two seconds after the last walk, and forgets what is gone', async () => {
    let nowMs = 0;
    const directory = open({ nowMs: () => nowMs });
    await redis.client.sadd('tag:old', 'a');
    expect((await directory.list('')).tags).toHaveLength(1);
    await redis.client.del('tag:old');
    await redis.client.sadd('tag:new', 'a');
    expect((await directory.list('')).tags).toEqual([]);
    nowMs = 2_000;
    expect((await directory.list('')).tags.map(({ tag }) => tag)).toEqual(['new']);
  });
});
