import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { quoteForShell } from '#server/jobs/purge/selections/quoteForShell.ts';
import { markLayouts } from '#server/tags/marks/markLayouts.ts';
import type { TagMark } from '#server/tags/marks/tagMark.ts';
import { purgeBench } from '#test/support/jobs/purgeBench.ts';
import { readAllKeys } from '#test/support/redis/readAllKeys.ts';
import { startRedis, type TestRedis } from '#test/support/startRedis.ts';
import { readHits, writeEntries } from '#test/support/tags/entriesByTags.ts';
import { markPrograms } from '#test/support/tags/markPrograms.ts';
import { runShell } from '#test/support/tags/runShell.ts';
import { startLibrary } from '#test/support/tags/startLibrary.ts';

const bench = purgeBench();
let twin: TestRedis;
beforeAll(async () => {
  twin = await startRedis();
});
afterAll(() => twin[Symbol.asyncDispose]());
beforeEach(() => twin.client.flushall());

/** What both have alike after both purges: times and random versions differ, numbers of invalidations do not. */
async function readEndState({ client }: TestRedis): Promise<ReadonlyMap<string, unknown>> {
  const all = await readAllKeys(client);
  return new Map(
    [...all].map(([key, { content, ...rest }]) => {
      const text = String(content);
      return [key, /^\d+$|^\{"value":\d\}$/.test(text) ? { ...rest, text } : rest];
    }),
  );
}

async function openMark(id: string, tagKey: string): Promise<TagMark> {
  const layout = markLayouts.find((candidate) => candidate.id === id);
  const mark = await layout?.open(await bench.openOperator(), Buffer.from(tagKey, 'latin1'));
  if (mark === null || mark === undefined) throw new Error(`no mark under ${tagKey}`);
  expect([String(mark.tag), mark.refusal]).toEqual(['users', null]);
  return mark;
}

describe.each(markPrograms)('$id ($option)', ({ id, tagKey, ...program }) => {
  it('misses what is tagged once the mark is written, hits the rest, and Redis is as its own purge leaves it', async () => {
    await using library = startLibrary(program, bench.redis.port);
    await using other = startLibrary(program, twin.port);
    await Promise.all([writeEntries(library), writeEntries(other)]);
    expect(await readHits(library)).toEqual(['a', 'b', 'c', 'd']);
    await readHits(other);
    const mark = await openMark(id, tagKey);
    const connection = await bench.openOperator();
    const commands = await mark.prepareMark(connection);
    expect(await commands.isDone(connection)).toBe(false);
    await connection.send(...commands.mark);
    expect(await commands.isDone(connection)).toBe(true);
    for (const command of commands.after) await connection.send(...command);
    await other.purge('users');
    expect(await readEndState(bench.redis)).toEqual(await readEndState(twin));
    await expect.poll(() => readHits(library)).toEqual(['c', 'd']);
    // As after an outcome that was not known.
    await connection.send(...commands.mark);
    expect(await readHits(library)).toEqual(['c', 'd']);
    await writeEntries(library);
    expect(await readHits(library)).toEqual(['a', 'b', 'c', 'd']);
  });

  it('misses what is tagged after the lines for a shell', async () => {
    await using library = startLibrary(program, bench.redis.port);
    await writeEntries(library);
    expect(await readHits(library)).toEqual(['a', 'b', 'c', 'd']);
    const mark = await openMark(id, tagKey);
    if (quoteForShell(mark.tagKey) === null) return;
    await runShell(
      mark.prepareShellCommands((bytes) => quoteForShell(bytes) ?? ''),
      bench.redis.port,
    );
    await expect.poll(() => readHits(library)).toEqual(['c', 'd']);
  });
});
