import { expect, it, onTestFinished } from 'vitest';
import { isTerminal } from '#shared/acting/job.ts';
import { faultyConnection, pass } from '#test/support/jobs/faultyConnection.ts';
import { guardedJobsHarness } from '#test/support/jobs/guardedJobsHarness.ts';
import { purgeBench } from '#test/support/jobs/purgeBench.ts';
import { openTestConnection } from '#test/support/openTestConnection.ts';
import { startTcpProxy } from '#test/support/redis/startTcpProxy.ts';
import { startRedis } from '#test/support/startRedis.ts';
import { keyDigests } from './keyDigests.ts';
import { doneBeforeFault, inFullBatches, purgeCases, purgesOf, secondBatchAt } from './purgeCases.ts';

const bench = purgeBench();
const purges = purgesOf(purgeCases);

const silence = { code: 'redisUnreachable', message: expect.stringMatching(/did not answer in time/) };

it('a server that hangs makes no plan and starts none, and says that nothing was changed', async () => {
  const { client } = bench.redis;
  const made = [];
  for (const { write, selection, input } of purges) {
    await client.flushall();
    await write(client);
    const harness = guardedJobsHarness(bench.openOperator);
    made.push({ harness, selection, input, plan: await harness.planOf(selection, input) });
  }
  const before = await keyDigests(client);
  bench.redis.hang();
  onTestFinished(() => bench.redis.resume());
  await Promise.all(
    made.map(async ({ harness, selection, input, plan }) => {
      const start = await harness.start(plan).catch((error: unknown) => error);
      expect(start).toMatchObject(silence);
      expect(String(start)).toMatch(/nothing was changed\. Make a new plan\.$/);
      await expect(harness.planOf(selection, input)).rejects.toMatchObject(silence);
      expect(harness.jobs.list()).toEqual([]);
      expect(harness.audit.entries.map(({ phase }) => phase)).toEqual(['planned', 'refused']);
    }),
  );
  bench.redis.resume();
  expect(await keyDigests(client)).toEqual(before);
}, 60_000);

/** Every purge on a Redis of its own: each hangs for seconds, and so they hang together. */
it.each([
  ['and runs nothing', 'both', inFullBatches(purges)],
  // What is sent runs; only its answers wait.
  ['and loses answers', 'toClient', inFullBatches(purges).filter(({ name }) => /our layout|keys/.test(name))],
] as const)(
  'a connection that hangs in the middle %s leaves one batch unknown, and says so',
  async (_how, direction, some) => {
    await Promise.all(some.map((purge) => purgeAndHang(purge, direction)));
  },
  120_000,
);

async function purgeAndHang(purge: (typeof purges)[number], direction: 'both' | 'toClient'): Promise<void> {
  const { name, write, keyCount, command, selection, input } = purge;
  await using redis = await startRedis();
  await using proxy = await startTcpProxy(redis.port);
  await write(redis.client);
  let count = 0;
  const open = async () => {
    const connection = openTestConnection(proxy, 'operator');
    onTestFinished(() => connection.close());
    return faultyConnection(connection, async ([sent]) => {
      if (sent === command && count === secondBatchAt(purge)) await proxy.hang(direction);
      if (sent === command) count += 1;
      return pass;
    });
  };
  const { planOf, start, jobs } = guardedJobsHarness(open);
  const { id } = await start(await planOf(selection, input));
  await expect
    .poll(() => isTerminal(jobs.get(id)?.state ?? 'running'), { timeout: 90_000, interval: 50 })
    .toBe(true);
  const ended = jobs.get(id);
  const doneCount = doneBeforeFault(purge);
  const unknownCount = Math.min(100, keyCount - doneCount);
  expect(ended, name).toMatchObject({
    state: 'unknown',
    progress: { changedCount: doneCount, unknownCount, failedCount: 0, skippedCount: 0 },
  });
  expect(ended?.outcome, name).toMatch(
    /^Stopped by itself\. Redis did not answer in time\..* not known .*Make a new plan to see what is left\./,
  );
  expect(ended?.outcome).toMatch(keyCount > 200 ? / 50 not attempted\./ : /^(?!.*not attempted)/);
}
