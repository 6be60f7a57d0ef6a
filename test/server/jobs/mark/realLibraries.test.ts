import { describe, expect, it } from 'vitest';
import { formatKey } from '#shared/keyText.ts';
import { guardedJobsHarness } from '#test/support/jobs/guardedJobsHarness.ts';
import { purgeBench } from '#test/support/jobs/purgeBench.ts';
import { readHits, writeEntries } from '#test/support/tags/entriesByTags.ts';
import { markPrograms } from '#test/support/tags/markPrograms.ts';
import { startLibrary } from '#test/support/tags/startLibrary.ts';

const bench = purgeBench();

describe.each(markPrograms)('$id ($option), through the door', ({ id, tagKey, ...program }) => {
  it('misses every entry of the purged tag at its next read, and hits every other', async () => {
    await using library = startLibrary(program, bench.redis.port);
    await writeEntries(library);
    expect(await readHits(library)).toEqual(['a', 'b', 'c', 'd']);
    const { planMark, start, marked, audit } = guardedJobsHarness(bench.openOperator);
    const plan = await planMark(id, formatKey(Buffer.from(tagKey, 'latin1')));
    expect(await readHits(library)).toEqual(['a', 'b', 'c', 'd']);
    const job = await marked(await start(plan));
    expect(job).toMatchObject({ state: 'completed', progress: { mark: 'written' } });
    const isBus = id === 'bentocache' && program.option === 'bus';
    if (isBus) expect(job.progress).toMatchObject({ channelCount: 1, toldCount: 1 });
    // A message takes its time.
    await expect.poll(() => readHits(library)).toEqual(['c', 'd']);
    expect(audit.entries.map(({ action, phase }) => `${action} ${phase}`)).toEqual([
      'mark planned',
      'mark started',
      'mark ended',
    ]);
    await writeEntries(library);
    expect(await readHits(library)).toEqual(['a', 'b', 'c', 'd']);
  });
});
