import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { RedisConnection } from '#server/redis/redisConnection.ts';
import { TagCheckups, type TagCheckupsOptions } from '#server/tags/health/tagCheckups.ts';
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

const open = (more: Partial<TagCheckupsOptions> = {}) =>
  new TagCheckups({ connection, nowMs: () => 1_000, pause: async () => {}, lookParts, ...more });

const tag = (name: string) => ({ layout: 'simple', tagKey: Buffer.from(`tag:${name}`) });
const tags = [tag('a'), tag('b')];

describe('looks at the tags of a list', () => {
  it('come one after the other, behind the list, once while they are fresh', async () => {
    await redis.client.sadd('tag:a', 'there', 'gone');
    await redis.client.sadd('tag:b', 'gone');
    await redis.client.set('there', 'v');
    let nowMs = 1_000;
    const checkups = open({ nowMs: () => nowMs });
    checkups.ask(tags);
    expect(checkups.isLooking).toBe(true);
    expect(checkups.of('tag:a')).toBeNull();
    await expect.poll(() => checkups.isLooking).toBe(false);
    expect(checkups.of('tag:a')).toMatchObject({ sampledCount: 2, orphans: { ratio: 0.5 } });
    expect(checkups.of('tag:b')).toMatchObject({ orphans: { ratio: 1 } });
    checkups.ask(tags);
    expect(checkups.isLooking).toBe(false);
    nowMs += 5 * 60_000 + 1;
    await redis.client.set('gone', 'v');
    checkups.ask(tags);
    await expect.poll(() => checkups.isLooking).toBe(false);
    expect(checkups.of('tag:b')).toMatchObject({ orphans: { ratio: 0 } });
  });

  it('stop when nobody asks for a minute, and go on when somebody does', async () => {
    await redis.client.sadd('tag:a', 'k');
    await redis.client.sadd('tag:b', 'k');
    let nowMs = 0;
    const checkups = open({
      nowMs: () => nowMs,
      pause: async () => {
        nowMs += 60_001;
      },
    });
    checkups.ask(tags);
    await expect.poll(() => checkups.isLooking).toBe(false);
    expect([checkups.of('tag:a') !== null, checkups.of('tag:b')]).toEqual([true, null]);
    checkups.ask(tags);
    await expect.poll(() => checkups.of('tag:b') !== null).toBe(true);
  });

  it('leave out what keeps no list of entries, and say nothing of a tag that is gone', async () => {
    const checkups = open();
    checkups.ask([{ layout: 'bentocache', tagKey: Buffer.from('b:___bc:t:x') }]);
    expect(checkups.isLooking).toBe(false);
    checkups.ask([tag('missing')]);
    await expect.poll(() => checkups.isLooking).toBe(false);
    expect(checkups.of('tag:missing')).toBeNull();
  });

  it('end without a word when Redis is away', async () => {
    const away = openTestConnection({ port: 1 }, 'monitor');
    const checkups = open({ connection: away });
    checkups.ask(tags);
    await expect.poll(() => checkups.isLooking).toBe(false);
    expect(checkups.of('tag:a')).toBeNull();
    away.close();
  });
});
