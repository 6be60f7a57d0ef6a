import type { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openTagsSelection } from '#server/jobs/purge/selections/severalTags/openTagsSelection.ts';
import { TagDirectory } from '#server/tags/directory/tagDirectory.ts';
import type { NamedTag, PurgeSelection } from '#shared/acting/purgeInput.ts';
import { cmCacheCase } from '#test/server/tags/layouts/cmCacheCase.ts';
import { keySetCases } from '#test/server/tags/layouts/keySetCases.ts';
import { laravelCase } from '#test/server/tags/layouts/laravelCase.ts';
import { magentoCase } from '#test/server/tags/layouts/magentoCase.ts';
import { nextSharedTagsCase } from '#test/server/tags/layouts/nextSharedTagsCase.ts';
import { symfonyRedisCases } from '#test/server/tags/layouts/symfonyRedisCase.ts';
import { guardedJobsHarness } from '#test/support/jobs/guardedJobsHarness.ts';
import { purgeBench } from '#test/support/jobs/purgeBench.ts';
import { storeTagged } from '#test/support/jobs/storeTagged.ts';
import { manualClock } from '#test/support/manualClock.ts';
import { openTestConnection } from '#test/support/openTestConnection.ts';
import { readAllKeys } from '#test/support/redis/readAllKeys.ts';
import { startRedis, type TestRedis } from '#test/support/startRedis.ts';
import { lookParts } from '#test/support/tags/lookParts.ts';

const bench = purgeBench();
let twin: TestRedis;
beforeAll(async () => {
  twin = await startRedis();
});
afterAll(() => twin[Symbol.asyncDispose]());
beforeEach(() => twin.client.flushall());

/** Entries of the library's own layout, some tagged twice and some not at all. */
async function writeSimple(client: Redis): Promise<void> {
  await storeTagged(client, 'p:1', ['red', 'round']);
  await storeTagged(client, 'p:2', ['red']);
  await storeTagged(client, 'p:3', ['round', 'new']);
  await storeTagged(client, 'p:4', ['new']);
  await client.set('p:5', 'v');
}

/** What undici-cache-redis stores of a response with two tags, and of one with another. */
async function writeUndici(client: Redis): Promise<void> {
  for (const [id, tags] of [
    ['1', 'red:users'],
    ['2', 'users'],
    ['3', 'red'],
  ] as const) {
    const metadataKey = `shop:metadata:api:${id}`;
    const [idKey, valueKey, tagsKey] = [
      `shop:ids:${id}`,
      `shop:values:${id}`,
      `shop:cache-tags:${tags}:${id}`,
    ];
    await client.hset(metadataKey, { idKey, valueKey, tagsKey });
    await client.hset(idKey, { metadataKey });
    await client.hset(tagsKey, { metadataKey });
    await client.set(valueKey, '{}');
  }
}

const writers: readonly { readonly name: string; readonly write: (client: Redis) => Promise<void> }[] = [
  { name: 'simple', write: writeSimple },
  { name: 'undiciCache', write: writeUndici },
  ...[laravelCase, ...symfonyRedisCases, cmCacheCase, magentoCase, ...keySetCases, nextSharedTagsCase].map(
    ({ layout, tag, write }) => ({ name: `${layout} ${tag}`, write }),
  ),
];

async function listTags(): Promise<NamedTag[]> {
  const connection = await bench.openOperator();
  const directory = new TagDirectory({ connection, lookParts, nowMs: Date.now, pause: async () => {} });
  const { tags } = await directory.list('');
  return tags.map(({ layout, tagKey }) => ({ layout, tagKey }));
}

async function purge(selection: PurgeSelection) {
  const { planOf, start, ended, bugs } = guardedJobsHarness(bench.openOperator);
  const job = await ended(await start(await planOf(selection)));
  expect(bugs).toEqual([]);
  return job;
}

/** One purge for each tag that is still there, on the twin. */
async function purgeOneByOne(tags: readonly NamedTag[]): Promise<void> {
  const { planOf, start, ended } = guardedJobsHarness(async () => openTestConnection(twin, 'operator'));
  for (const tag of tags) {
    const made = await planOf({ by: 'tag', ...tag }).catch((error: unknown) => {
      expect(error).toMatchObject({ code: 'notFound' });
      return null;
    });
    if (made !== null) await ended(await start(made));
  }
}

describe.each(writers)('tags of $name and of another layout', ({ name, write }) => {
  const other = name === 'simple' ? laravelCase.write : writeSimple;

  it('are purged together as one after the other', async () => {
    for (const client of [bench.redis.client, twin.client]) {
      await write(client);
      await other(client);
    }
    const all = Object.values(Object.groupBy(await listTags(), ({ layout }) => layout));
    expect(all.length).toBeGreaterThan(1);
    // About half of each layout, so that what stays must stay.
    const chosen = all.flatMap((tags = []) =>
      tags.toSorted((a, b) => (a.tagKey < b.tagKey ? -1 : 1)).slice(0, Math.ceil(tags.length / 2)),
    );
    const job = await purge({ by: 'tags', match: 'any', tags: chosen });
    expect(job.state).toBe('completed');
    await purgeOneByOne(chosen);
    expect(await readAllKeys(bench.redis.client)).toEqual(await readAllKeys(twin.client));
  });
});

const red = { layout: 'simple', tagKey: 'tag:red' };
const round = { layout: 'simple', tagKey: 'tag:round' };

describe('the keys of all of several tags', () => {
  it('are those that each of them lists, and leave every index that listed them', async () => {
    await writeSimple(bench.redis.client);
    const { planOf, start, ended } = guardedJobsHarness(bench.openOperator);
    const made = await planOf({ by: 'tags', match: 'all', tags: [red, round] });
    expect(made).toMatchObject({ keyCount: 1, sampleKeys: ['p:1'], isFrozenList: true });
    expect(made.title).toBe('Purge 1 key tagged red and round in demo');
    expect(made.subject).toBe('all of tag:red, tag:round');
    await ended(await start(made));
    const { client } = bench.redis;
    expect(await client.exists('p:1', 'key-tags:p:1')).toBe(0);
    expect(await client.exists('p:2', 'p:3', 'p:4', 'p:5')).toBe(4);
    expect([await client.smembers('tag:red'), await client.smembers('tag:round')]).toEqual([
      ['p:2'],
      ['p:3'],
    ]);
  });

  it.each([
    ['a set and a sorted set', 'laravel', 'c_tag:x:entries', 'zset'],
    ['a set and a hash', 'nextSharedTags', '__sharedTags__[x]', 'hash'],
  ] as const)('are told across layouts: %s', async (_name, layout, tagKey, type) => {
    const { client } = bench.redis;
    for (const key of ['c_a', 'c_b', 'd']) await storeTagged(client, key, ['red']);
    // A member of this layout is what follows its prefix; the hash has none.
    if (type === 'zset') await client.zadd('c_tag:x:entries', 1, 'b', 1, 'z');
    else await client.hset('__sharedTags__', { c_b: '["x","y"]', d: '["y"]', z: '["x"]' });
    const job = await purge({ by: 'tags', match: 'all', tags: [red, { layout, tagKey }] });
    expect(job.progress.changedCount).toBe(1);
    expect(await client.exists('c_a', 'd')).toBe(2);
    expect(await client.exists('c_b')).toBe(0);
    expect((await client.smembers('tag:red')).toSorted()).toEqual(['c_a', 'd']);
    if (type === 'zset') expect(await client.zrange('c_tag:x:entries', '0', '-1')).toEqual(['z']);
    else expect(await client.hgetall('__sharedTags__')).toEqual({ d: '["y"]', z: '["x"]' });
  });

  it('are told where names hold the tags', async () => {
    const { client } = bench.redis;
    await writeUndici(client);
    await client.sadd('tag:red', 'shop:values:1', 'shop:values:2');
    const tagKey = 'shop:cache-tags:[red]';
    await purge({ by: 'tags', match: 'all', tags: [{ layout: 'undiciCache', tagKey }, red] });
    expect(await client.exists('shop:values:1', 'shop:ids:1', 'shop:metadata:api:1')).toBe(0);
    expect(await client.exists('shop:values:2', 'shop:values:3', 'shop:ids:3')).toBe(3);
  });

  it('of a tag that is gone are none', async () => {
    await writeSimple(bench.redis.client);
    const gone = { layout: 'simple', tagKey: 'tag:gone' };
    const { planOf } = guardedJobsHarness(bench.openOperator);
    await expect(planOf({ by: 'tags', match: 'all', tags: [red, gone] })).rejects.toMatchObject({
      code: 'notFound',
      message: expect.stringContaining('tag:gone'),
    });
  });
});

it('names a tag that is gone beside those that are taken', async () => {
  await writeSimple(bench.redis.client);
  const { planOf } = guardedJobsHarness(bench.openOperator);
  const gone = { layout: 'simple', tagKey: 'tag:gone' };
  const made = await planOf({ by: 'tags', match: 'any', tags: [gone, red] });
  expect(made).toMatchObject({ keyCount: 2, title: 'Purge 2 keys tagged red in demo' });
  expect(made.notes).toEqual([expect.stringMatching(/no tag index of Cachescope under tag:gone.*others?/s)]);
});

it('needs two tags, in whatever spelling', async () => {
  await writeSimple(bench.redis.client);
  const { planOf } = guardedJobsHarness(bench.openOperator);
  const twice: PurgeSelection = {
    by: 'tags',
    match: 'any',
    tags: [red, { layout: 'simple', tagKey: 'tag:\\x72ed' }],
  };
  await expect(planOf(twice)).rejects.toMatchObject({ code: 'badInput' });
});

it('counts each key once and takes all, also above what a plan lists', { timeout: 120_000 }, async () => {
  const keys = Array.from({ length: 10_400 }, (_, id) => `p:${id}`);
  const { client } = bench.redis;
  await client.mset(keys.flatMap((key) => [key, 'v']));
  await client.sadd('tag:red', ...keys.slice(0, 8_000));
  await client.sadd('tag:round', ...keys.slice(4_000));
  const { planOf, start, ended } = guardedJobsHarness(bench.openOperator);
  const made = await planOf({ by: 'tags', match: 'any', tags: [red, round] }, { isDataBad: true });
  expect(made).toMatchObject({ isFrozenList: false });
  // A walk of a set may return a member twice.
  expect(made.keyCount).toBeGreaterThanOrEqual(10_400);
  expect(made.keyCount).toBeLessThan(10_600);
  const job = await ended(await start(made));
  expect(job).toMatchObject({ state: 'completed', progress: { changedCount: 10_400 } });
  expect(await client.dbsize()).toBe(0);
});

it('finishes the indexes when the answer to their cleaning was lost half way', async () => {
  const { client } = bench.redis;
  await writeSimple(client);
  // As an earlier try left it: taken out of both indexes, the rest not done.
  const operator = await bench.openOperator();
  const selection = await openTagsSelection(
    operator,
    { by: 'tags', match: 'any', tags: [red, round] },
    manualClock(),
  );
  await client.srem('tag:red', 'p:1');
  await client.srem('tag:round', 'p:1');
  const { cleanIndex } = await selection.prepareRemoval(operator, [Buffer.from('p:1')]);
  expect(cleanIndex.map((command) => command.map(String))).toContainEqual(['UNLINK', 'key-tags:p:1']);
});
