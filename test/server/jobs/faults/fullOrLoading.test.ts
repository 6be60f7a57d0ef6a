import { describe, expect, it, onTestFinished } from 'vitest';
import { guardedJobsHarness } from '#test/support/jobs/guardedJobsHarness.ts';
import { purgeBench } from '#test/support/jobs/purgeBench.ts';
import { quickClock } from '#test/support/jobs/quickClock.ts';
import { openTestConnection } from '#test/support/openTestConnection.ts';
import { waitUntil } from '#test/support/redis/waitUntil.ts';
import { startRedis } from '#test/support/startRedis.ts';
import { keyDigests } from './keyDigests.ts';
import { purgeCases, purgesOf, purgeWays } from './purgeCases.ts';

const bench = purgeBench();
const purges = purgesOf(purgeCases);

/** Every write that needs memory is refused; returns the way out, which is taken at the end of the test at the latest. */
async function fill(): Promise<() => Promise<void>> {
  const { client } = bench.redis;
  const empty = async () => void (await client.config('SET', 'maxmemory', '0'));
  onTestFinished(empty);
  await client.config('SET', 'maxmemory-policy', 'noeviction');
  await client.config('SET', 'maxmemory', '1');
  await expect(client.set('x', '1')).rejects.toThrow(/OOM/);
  return empty;
}

describe('a full Redis', () => {
  it.each(purges)('is purged of $name, $way', async ({ write, selection, input, keyCount }) => {
    await write(bench.redis.client);
    await fill();
    const { planOf, start, ended } = guardedJobsHarness(bench.openOperator);
    const job = await ended(await start(await planOf(selection, input)));
    const none = { skippedCount: 0, failedCount: 0, unknownCount: 0 };
    expect(job).toMatchObject({ state: 'completed', progress: { changedCount: keyCount, ...none } });
  });

  it.each(purgeCases)('takes $name back once it has room, and says so until then', async (one) => {
    const { client } = bench.redis;
    await one.write(client);
    const before = await keyDigests(client);
    const harness = guardedJobsHarness(bench.openOperator, { clock: quickClock() });
    const { planOf, planUndo, start, ended, undone } = harness;
    const purge = await ended(await start(await planOf(one.selection, purgeWays[0]?.input)));
    const gone = await keyDigests(client);
    const empty = await fill();
    const refused = await undone(await start(await planUndo(purge)));
    expect(refused).toMatchObject({ state: 'failed', progress: { changedCount: 0, unknownCount: 0 } });
    expect(refused.outcome).toMatch(/at maxmemory and refuses writes\. .*raise maxmemory\. 0 brought back/);
    expect(refused.outcome).toMatch(/What was kept stays for its 15 minutes/);
    expect(await keyDigests(client)).toEqual(gone);
    await empty();
    const back = await undone(await start(await planUndo(purge)));
    expect(back).toMatchObject({ state: 'completed', progress: { changedCount: one.keyCount } });
    expect([...(await keyDigests(client)).keys()]).toEqual([...before.keys()]);
  });
});

it('a Redis that loads its data makes no plan and starts none', async () => {
  // 5 ms a key, and commands are looked at every 1,024 bytes of the file.
  const slowly = ['--key-load-delay', '5000', '--loading-process-events-interval-bytes', '1024'];
  await using redis = await startRedis(slowly);
  const harnesses = [];
  for (const { write } of purgeCases) await write(redis.client);
  const open = async () => {
    const connection = openTestConnection(redis, 'operator');
    onTestFinished(() => connection.close());
    return connection;
  };
  for (const { selection, input } of purges) {
    const harness = guardedJobsHarness(open);
    harnesses.push({ harness, selection, input, made: await harness.planOf(selection, input) });
  }
  await redis.client.save();
  await redis.kill();
  await redis.restart();
  await waitUntil('it loads', async () => {
    const fault = await (await open()).send('PING').catch((error: unknown) => error);
    return String(fault).includes('loading its data');
  });
  const loading = {
    code: 'redisUnreachable',
    message: expect.stringMatching(/loading its data from disk\..*wait\..*nothing was changed\./),
  };
  await Promise.all(
    harnesses.map(async ({ harness, selection, input, made }) => {
      await expect(harness.start(made)).rejects.toMatchObject(loading);
      await expect(harness.planOf(selection, input)).rejects.toMatchObject(loading);
      expect(harness.jobs.list()).toEqual([]);
    }),
  );
}, 60_000);
