import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { listTags } from '#server/tags/listTags.ts';
import { tagLayouts } from '#server/tags/tagLayouts.ts';
import { ownKeyName } from '#shared/control/ownKeys.ts';
import { guardedJobsHarness, operator } from '#test/support/jobs/guardedJobsHarness.ts';
import { purgeBench } from '#test/support/jobs/purgeBench.ts';
import { readAllKeys } from '#test/support/redis/readAllKeys.ts';
import { startRedis, type TestRedis } from '#test/support/startRedis.ts';
import { startLibrary, type TestLibrary } from '#test/support/tags/startLibrary.ts';

const bench = purgeBench();
let twin: TestRedis;
beforeAll(async () => {
  twin = await startRedis();
});
afterAll(() => twin[Symbol.asyncDispose]());
beforeEach(() => twin.client.flushall());

/** Entries by their tags. */
const entries = [
  ['a', ['users', 'staff']],
  ['b', ['users']],
  ['c', ['staff']],
  ['d', []],
] as const;

async function writeAll(library: TestLibrary): Promise<void> {
  for (const [key, tags] of entries) await library.write(key, tags);
}

async function hits(library: TestLibrary): Promise<readonly string[]> {
  const found: string[] = [];
  for (const [key] of entries) if (await library.read(key)) found.push(key);
  return found;
}

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
      Buffer.isBuffer(content) ? rest : { content, ...rest },
    ]),
  );
}

async function purgeByUs(layout: string): Promise<void> {
  const connection = await bench.openOperator();
  const { tags } = await listTags(connection, { layouts: tagLayouts, search: 'users', nowMs: Date.now });
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
])('the library of the layout $layout', ({ layout, ...program }) => {
  it('misses what we purged and hits the rest, with Redis as its own purge leaves it', async () => {
    await using library = startLibrary(program, bench.redis.port);
    await using other = startLibrary(program, twin.port);
    await Promise.all([writeAll(library), writeAll(other)]);
    expect(await hits(library)).toEqual(['a', 'b', 'c', 'd']);
    await purgeByUs(layout);
    await other.purge('users');
    expect(await readCacheKeys(bench.redis)).toEqual(await readCacheKeys(twin));
    expect(await hits(library)).toEqual(['c', 'd']);
  });
});
