import type { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { TagDirectory } from '#server/tags/directory/tagDirectory.ts';
import { formatKey } from '#shared/keyText.ts';
import { guardedJobsHarness, operator } from '#test/support/jobs/guardedJobsHarness.ts';
import { purgeBench } from '#test/support/jobs/purgeBench.ts';
import { readAllKeys } from '#test/support/redis/readAllKeys.ts';
import { startRedis, type TestRedis } from '#test/support/startRedis.ts';
import { lookParts } from '#test/support/tags/lookParts.ts';
import { cmCacheCase } from './layouts/cmCacheCase.ts';
import { keySetCases } from './layouts/keySetCases.ts';
import { laravelCase } from './layouts/laravelCase.ts';
import { laravelReferencesCase } from './layouts/laravelReferencesCase.ts';
import { magentoCase } from './layouts/magentoCase.ts';
import { nextSharedTagsCase } from './layouts/nextSharedTagsCase.ts';
import { symfonyRedisCases } from './layouts/symfonyRedisCase.ts';

const bench = purgeBench();
let twin: TestRedis;
beforeAll(async () => {
  twin = await startRedis();
});
afterAll(() => twin[Symbol.asyncDispose]());
beforeEach(() => twin.client.flushall());

const cases = [
  laravelCase,
  laravelReferencesCase,
  ...symfonyRedisCases,
  cmCacheCase,
  magentoCase,
  ...keySetCases,
  nextSharedTagsCase,
];

async function writeFor(client: Redis, one: (typeof cases)[number]): Promise<void> {
  await one.write(client);
  // What looks like it and is none of it.
  await client.set('tag:text', 'v');
  await client.sadd('r:names', 'anna', 'ben');
}

describe.each(cases)('$layout, tag $tag', (one) => {
  const tagKey = formatKey(Buffer.from(one.tagKey));

  it('is found with its name and members, and nothing else is taken for a tag', async () => {
    await writeFor(bench.redis.client, one);
    const connection = await bench.openOperator();
    const directory = new TagDirectory({ connection, nowMs: Date.now, pause: async () => {}, lookParts });
    const { tags } = await directory.list('');
    expect(new Set(tags.map(({ layout }) => layout))).toEqual(new Set([one.layout]));
    expect(tags).toContainEqual(
      expect.objectContaining({ tag: one.tag, tagKey, memberCount: one.entries.length }),
    );
  });

  it('is purged as by its library', async () => {
    await writeFor(bench.redis.client, one);
    await writeFor(twin.client, one);
    const { plan, start, ended, bugs } = guardedJobsHarness(bench.openOperator);
    const made = await plan(tagKey, operator, one.layout);
    expect(made.sampleKeys.toSorted()).toEqual(one.entries.toSorted());
    const job = await ended(await start(made));
    expect([job.state, job.outcome, bugs]).toEqual(['completed', `${one.entries.length} removed.`, []]);
    await one.purge(twin.client);
    expect(await readAllKeys(bench.redis.client)).toEqual(await readAllKeys(twin.client));
    expect(await bench.redis.client.exists(...one.entries)).toBe(0);
  });
});
