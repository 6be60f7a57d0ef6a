import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { TagDirectory } from '#server/tags/directory/tagDirectory.ts';
import { ownKeyName } from '#shared/control/ownKeys.ts';
import { guardedJobsHarness, operator } from '#test/support/jobs/guardedJobsHarness.ts';
import { purgeBench } from '#test/support/jobs/purgeBench.ts';
import { readAllKeys } from '#test/support/redis/readAllKeys.ts';
import { startRedis, type TestRedis } from '#test/support/startRedis.ts';
import { readHits, writeEntries } from '#test/support/tags/entriesByTags.ts';
import { lookParts } from '#test/support/tags/lookParts.ts';
import { startLibrary } from '#test/support/tags/startLibrary.ts';

const bench = purgeBench();
let twin: TestRedis;
beforeAll(async () => {
  twin = await startRedis();
});
afterAll(() => twin[Symbol.asyncDispose]());
beforeEach(() => twin.client.flushall());

/**
 * All but what our library keeps beside entries and tags: fences, which a purge from outside cannot raise. Of strings only that
 * they are there, since values hold the time at which they were stored.
 */
async function readCacheKeys({ client }: TestRedis): Promise<ReadonlyMap<string, unknown>> {
  const all = await readAllKeys(client);
  const ofCache = [...all].filter(([key]) => !key.includes(ownKeyName('', '')));
  return new Map(
    ofCache.map(([key, { content, ...rest }]) => [
      key,
      Buffer.isBuffer(content) || key.endsWith('revalidated_tags__') ? rest : { content, ...rest },
    ]),
  );
}

async function purgeByUs(layout: string): Promise<void> {
  const connection = await bench.openOperator();
  const { tags } = await new TagDirectory({
    connection,
    nowMs: Date.now,
    pause: async () => {},
    lookParts,
  }).list('users');
  const [found] = tags;
  expect(tags).toEqual([expect.objectContaining({ layout, tag: 'users', memberCount: 2 })]);
  const { plan, start, ended, bugs } = guardedJobsHarness(bench.openOperator);
  const job = await ended(await start(await plan(found?.tagKey ?? '', operator, layout)));
  expect([job.state, job.outcome, bugs]).toEqual(['completed', '2 removed.', []]);
}

describe.each([
  { layout: 'asyncCacheDedupe', file: 'asyncCacheDedupe.mjs', option: '' },
  { layout: 'symfonyRedis', file: 'symfony.php', option: 'redisTagAware' },
  { layout: 'simple', file: 'cachescope.mjs', option: '' },
  { layout: 'nextSharedTags', file: 'nextStrings.mjs', option: 'forte' },
  { layout: 'nextSharedTags', file: 'nextStrings.mjs', option: 'neshca' },
  { layout: 'nextSharedTags', file: 'nextTurbo.mjs', option: '' },
  { layout: 'nextSharedTags', file: 'nextComponents.mjs', option: '' },
  { layout: 'undiciCache', file: 'undiciCache.mjs', option: '' },
  { layout: 'undiciCache', file: 'undiciCache.mjs', option: 'tracking' },
])('the library of the layout $layout ($file $option)', ({ layout, ...program }) => {
  it('misses what we purged and hits the rest, with Redis as its own purge leaves it', async () => {
    await using library = startLibrary(program, bench.redis.port);
    await using other = startLibrary(program, twin.port);
    await Promise.all([writeEntries(library), writeEntries(other)]);
    expect(await readHits(library)).toEqual(['a', 'b', 'c', 'd']);
    await purgeByUs(layout);
    await other.purge('users');
    // It marks, and removes what it then reads.
    if (program.file === 'nextComponents.mjs') await readHits(other);
    expect(await readCacheKeys(bench.redis)).toEqual(await readCacheKeys(twin));
    await expect.poll(() => readHits(library)).toEqual(['c', 'd']);
  });
});
