import { describe, expect, it, onTestFinished } from 'vitest';
import { faultyConnection, pass } from '#test/support/jobs/faultyConnection.ts';
import { guardedJobsHarness } from '#test/support/jobs/guardedJobsHarness.ts';
import { purgeBench } from '#test/support/jobs/purgeBench.ts';
import { quickClock } from '#test/support/jobs/quickClock.ts';
import { keyDigests } from './keyDigests.ts';
import {
  doneBeforeFault,
  inFullBatches,
  purgeCases,
  purgesOf,
  purgeWays,
  secondBatchAt,
} from './purgeCases.ts';
import { type RefusingState, refusingStates } from './refusingStates.ts';

const bench = purgeBench();
const purges = inFullBatches(purgesOf(purgeCases));

/** Into the state now, and out of it at the end of the test at the latest. */
async function enter({ enter, leave }: RefusingState): Promise<() => Promise<void>> {
  const { client } = bench.redis;
  let isIn = true;
  const out = async () => {
    if (isIn) await leave(client);
    isIn = false;
  };
  onTestFinished(out);
  await enter(client);
  return out;
}

describe.each(refusingStates)('a Redis that $state', (state) => {
  it.each(purgeCases)('makes no plan for $name and starts none', async ({ write, selection }) => {
    await write(bench.redis.client);
    const before = await keyDigests(bench.redis.client);
    for (const { input } of purgeWays) {
      const { planOf, start, jobs, audit } = guardedJobsHarness(bench.openOperator);
      const made = await planOf(selection, input);
      const leave = await enter(state);
      const refusals = [await failureOf(planOf(selection, input)), await failureOf(start(made))];
      await leave();
      for (const refusal of refusals) {
        expect(refusal).toMatchObject({ code: state.code, message: expect.stringMatching(state.words) });
      }
      expect(String(refusals[0])).toMatch(/nothing was changed\.$/);
      expect(String(refusals[1])).toMatch(/nothing was changed\. Make a new plan\.$/);
      expect(jobs.list()).toEqual([]);
      expect(audit.entries.map(({ phase }) => phase)).toEqual(['planned', 'refused']);
    }
    expect(await keyDigests(bench.redis.client)).toEqual(before);
  });

  it.each(purges)('in the middle stops $name, $way, and says what was done', async (purge) => {
    const { write, keyCount, command, selection, input } = purge;
    await write(bench.redis.client);
    let leave = async () => {};
    const open = beforeCommand(command, secondBatchAt(purge), async () => {
      leave = await enter(state);
    });
    const { planOf, start, ended } = guardedJobsHarness(open);
    const job = await ended(await start(await planOf(selection, input)));
    await leave();
    const doneCount = doneBeforeFault(purge);
    const refusedCount = Math.min(100, keyCount - doneCount);
    expect(job).toMatchObject({
      state: 'failed',
      outcome: expect.stringMatching(state.words),
      progress: { changedCount: doneCount, failedCount: refusedCount, skippedCount: 0, unknownCount: 0 },
    });
    expect(job.outcome).toMatch(/^Stopped by itself\. .*Make a new plan to see what is left\.$/);
    const healthy = guardedJobsHarness(bench.openOperator);
    const rest = await healthy.ended(await healthy.start(await healthy.planOf(selection, input)));
    expect(rest).toMatchObject({ state: 'completed', progress: { failedCount: 0, unknownCount: 0 } });
    if (command === 'UNLINK') expect(rest.progress.changedCount).toBe(keyCount - doneCount);
  });

  it.each(purgeCases)('brings nothing of $name back until it is well again', async ({ write, selection }) => {
    await write(bench.redis.client);
    const before = await keyDigests(bench.redis.client);
    const harness = guardedJobsHarness(bench.openOperator, { clock: quickClock() });
    const { planOf, planUndo, start, ended, undone } = harness;
    const purge = await ended(await start(await planOf(selection, purgeWays[0]?.input)));
    const gone = await keyDigests(bench.redis.client);
    const made = await planUndo(purge);
    const leave = await enter(state);
    const refusal = await failureOf(start(made));
    await leave();
    expect(refusal).toMatchObject({ code: state.code, message: expect.stringMatching(state.words) });
    expect(await keyDigests(bench.redis.client)).toEqual(gone);
    const back = await undone(await start(await planUndo(purge)));
    expect(back).toMatchObject({ state: 'completed', progress: { skippedCount: 0 } });
    expect([...(await keyDigests(bench.redis.client)).keys()]).toEqual([...before.keys()]);
  });
});

function failureOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => null,
    (error: unknown) => error,
  );
}

/** Connections on which something happens before the command is sent for the n-th time, from 0. */
function beforeCommand(command: string, n: number, happen: () => Promise<void>) {
  let count = 0;
  return async () =>
    faultyConnection(await bench.openOperator(), async ([name]) => {
      if (name === command && count === n) await happen();
      if (name === command) count += 1;
      return pass;
    });
}
