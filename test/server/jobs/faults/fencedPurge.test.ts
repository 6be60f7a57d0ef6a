import { beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '#server/clock/clock.ts';
import { RedisFault } from '#server/redis/redisConnection.ts';
import { faultyConnection, pass } from '#test/support/jobs/faultyConnection.ts';
import { guardedJobsHarness, operator } from '#test/support/jobs/guardedJobsHarness.ts';
import { loadFence } from '#test/support/jobs/loadFence.ts';
import { purgeBench } from '#test/support/jobs/purgeBench.ts';
import { quickClock } from '#test/support/jobs/quickClock.ts';
import { keyDigests } from './keyDigests.ts';
import { inFullBatches, purgeCases, purgesOf } from './purgeCases.ts';

const bench = purgeBench();
const purges = inFullBatches(purgesOf(purgeCases));
/** One of each kind: lists of entries, and none; removal, and expiry. */
const fewPurges = purges.filter(
  ({ name, way }) => /our layout|a glob/.test(name) && /not kept|spread/.test(way),
);

beforeEach(async () => {
  await bench.redis.client.function('FLUSH');
});

describe('a fenced purge', () => {
  it.each(purges)('of $name, $way, does what an unfenced one does', async (purge) => {
    const { client } = bench.redis;
    const ends = [];
    for (const isFenced of [false, true]) {
      await client.flushall();
      await purge.write(client);
      if (isFenced) await loadFence(client);
      const { planOf, start, ended } = guardedJobsHarness(bench.openOperator, { clock: quickClock() });
      const made = await planOf(purge.selection, purge.input);
      expect(made.fence.state).toBe(isFenced ? 'fenced' : 'unfenced');
      const { state, progress, outcome } = await ended(await start(made));
      const keys = purge.way === 'spread' ? [] : [...(await keyDigests(client)).keys()];
      ends.push({ state, progress, outcome, keys });
    }
    expect(ends[1]).toEqual(ends[0]);
    expect(ends[1]).toMatchObject({ state: 'completed', progress: { changedCount: purge.keyCount } });
  });

  it.each(fewPurges)('of $name, $way, sends no change but by the function', async (purge) => {
    await loadFence(bench.redis.client);
    await purge.write(bench.redis.client);
    const sent = new Set<string>();
    const open = async () =>
      faultyConnection(await bench.openOperator(), ([name]) => {
        sent.add(name);
        return pass;
      });
    const { planOf, start, ended } = guardedJobsHarness(open, { clock: quickClock() });
    await ended(await start(await planOf(purge.selection, purge.input)));
    expect(sent).toContain('FCALL');
    for (const name of ['UNLINK', 'PEXPIREAT', 'SREM']) expect(sent).not.toContain(name);
  });
});

/** Hangs Redis right before the second batch goes, and runs `then`. */
function openHanging(then: () => void) {
  let sentCount = 0;
  return async () =>
    faultyConnection(await bench.openOperator(), ([name, , keyCount]) => {
      if ((name === 'FCALL' && keyCount !== 0) || name === 'UNLINK' || name === 'PEXPIREAT') {
        sentCount += 1;
        // The plan asks once of a key; an unfenced spread sends a command a key.
        if (sentCount === (name === 'PEXPIREAT' ? 103 : 3)) {
          bench.redis.hang();
          then();
        }
      }
      return pass;
    });
}

/** Long enough for commands to time out and deadlines to pass, short enough for the tries after it. */
const HANG_MS = 1_700;

describe('a Redis that hangs in the middle of a purge', () => {
  it.each(fewPurges)(
    'and whose job is stopped meanwhile runs nothing of the batch later, $name, $way, and the job says so',
    async ({ write, selection, input, way }) => {
      const { client } = bench.redis;
      await loadFence(client);
      await write(client);
      const open = openHanging(() => {
        setTimeout(() => bench.redis.resume(), HANG_MS);
        for (const { id } of harness.jobs.list()) harness.jobs.cancel(id, operator);
      });
      const harness = guardedJobsHarness(open, { clock: systemClock() });
      const job = await harness.ended(await harness.start(await harness.planOf(selection, input)));
      expect(job).toMatchObject({
        state: 'cancelled',
        progress: { changedCount: 100, unknownCount: 0, failedCount: 0, skippedCount: 0 },
      });
      expect(job.outcome).toMatch(
        /^Stopped by ada\. 100 (removed|set to expire), 150 not attempted\. Of those not attempted, 100 were sent, but Redis had not begun .* never will: they stay\.$/,
      );
      // Whatever lay in its sockets has been read by now.
      await client.ping();
      const values = await client.keys('[pq]:*');
      const ttls = await Promise.all(values.map((key) => client.pttl(key)));
      const soonCount = ttls.filter((ttlMs) => ttlMs > 0 && ttlMs <= 60_000).length;
      // Some of those that were set to expire have done so by now.
      const changedCount = 250 - values.length + (way === 'spread' ? soonCount : 0);
      expect(changedCount).toBe(100);
    },
    20_000,
  );

  it.each(fewPurges)(
    'and comes back is asked again, $name, $way, and the purge ends with true counts',
    async ({ write, selection, input, keyCount }) => {
      const { client } = bench.redis;
      await loadFence(client);
      await write(client);
      const open = openHanging(() => setTimeout(() => bench.redis.resume(), HANG_MS));
      const { planOf, start, ended } = guardedJobsHarness(open, { clock: systemClock() });
      const job = await ended(await start(await planOf(selection, input)));
      expect(job).toMatchObject({
        state: 'completed',
        progress: { changedCount: keyCount, unknownCount: 0, skippedCount: 0 },
      });
      expect(job.outcome).not.toMatch(/found/);
    },
    20_000,
  );

  it('and stays away leaves the batch unknown, without threatening that it may yet run', async () => {
    const { client } = bench.redis;
    await loadFence(client);
    await bench.storeMany(250, 'p:', ['a']);
    let isAway = false;
    const open = openHanging(() => {
      isAway = true;
    });
    const openUnlessAway = async () => {
      if (isAway) throw new RedisFault('unreachable', '', 'Redis cannot be reached.');
      return open();
    };
    const { plan, start, ended } = guardedJobsHarness(openUnlessAway, { clock: quickClock() });
    try {
      const job = await ended(await start(await plan('tag:a')));
      expect(job).toMatchObject({ state: 'unknown', progress: { changedCount: 100, unknownCount: 100 } });
      expect(job.outcome).toMatch(
        /What it had not begun within 1 s never runs\. Asking again gave no answer\./,
      );
      expect(job.outcome).not.toMatch(/may still run/);
    } finally {
      bench.redis.resume();
    }
    await client.ping();
    expect((await client.keys('p:*')).length).toBe(150);
  }, 30_000);

  it('runs the batch later where there is no function, as the plan said', async () => {
    const { client } = bench.redis;
    await bench.storeMany(250, 'p:', ['a']);
    let sentCount = 0;
    const open = async () =>
      faultyConnection(await bench.openOperator(), ([name]) => {
        // Three of a batch of this layout: values, what lists the tags of each, and the values again.
        if (name === 'UNLINK' && ++sentCount === 4) {
          bench.redis.hang();
          for (const { id } of harness.jobs.list()) harness.jobs.cancel(id, operator);
        }
        return pass;
      });
    const harness = guardedJobsHarness(open, { clock: systemClock() });
    try {
      const made = await harness.plan('tag:a');
      expect(made.fence).toEqual({
        state: 'unfenced',
        why: 'A batch that Redis does not answer may run later. An admin can prevent that by loading a function once: cachescope redis function | redis-cli -x FUNCTION LOAD REPLACE.',
      });
      const job = await harness.ended(await harness.start(made));
      expect(job).toMatchObject({ state: 'unknown', progress: { changedCount: 100, unknownCount: 100 } });
    } finally {
      bench.redis.resume();
    }
    await expect.poll(async () => (await client.keys('p:*')).length).toBe(50);
  }, 20_000);
});

describe('a fence that is there for the plan', () => {
  it('and gone at the start asks for a new plan', async () => {
    const { client } = bench.redis;
    await loadFence(client);
    await bench.storeMany(3, 'p:', ['a']);
    const { plan, start } = guardedJobsHarness(bench.openOperator);
    const made = await plan('tag:a');
    await client.function('FLUSH');
    await expect(start(made)).rejects.toMatchObject({
      code: 'planChanged',
      message: expect.stringMatching(
        /was to be fenced, and cannot be now\. .*FUNCTION LOAD.*Nothing was changed/,
      ),
    });
    expect(await client.exists('p:0', 'p:1', 'p:2')).toBe(3);
  });

  it('and gone in the middle stops the job with nothing removed past it', async () => {
    const { client } = bench.redis;
    await loadFence(client);
    await bench.storeMany(250, 'p:', ['a']);
    let sentCount = 0;
    const open = async () =>
      faultyConnection(await bench.openOperator(), async ([name, , keyCount]) => {
        if (name === 'FCALL' && keyCount !== 0 && ++sentCount === 3) await client.function('FLUSH');
        return pass;
      });
    const { plan, start, ended } = guardedJobsHarness(open);
    const job = await ended(await start(await plan('tag:a')));
    expect(job).toMatchObject({
      state: 'failed',
      progress: { changedCount: 100, failedCount: 100, unknownCount: 0 },
    });
    expect(job.outcome).toMatch(/does not have the function\. Load it: cachescope redis function/);
    expect((await client.keys('p:*')).length).toBe(150);
  });
});
