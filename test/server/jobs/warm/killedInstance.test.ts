import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { warmingHarness } from '#test/support/jobs/warmingHarness.ts';
import { startRedis, type TestRedis } from '#test/support/startRedis.ts';

let redis: TestRedis;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis[Symbol.asyncDispose]());

const COUNT = 400;
/** Of a warmer, unless it declares others: entries that a killed instance was loading are claimed for some seconds, and passed over. */
const LANES = 4;
/** Shorter than usual, as is the patience of the server once time is hastened. */
const LEASE_MS = 1_500;
const HASTE = 4;

/** An instance in a process of its own, which takes commands. */
async function startInstance(name: string): Promise<ChildProcess> {
  const program = new URL('../../../support/services/warmingProcess.ts', import.meta.url).pathname;
  const args = [program, String(redis.port), name, String(COUNT), String(LEASE_MS)];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  onTestFinished(() => kill(child));
  await once(child, 'message');
  return child;
}

/** Without the one that each instance asked for to begin with. */
async function entryCount(): Promise<number> {
  const entries = await redis.client.keys('shop:product:*');
  return entries.filter((key) => !key.endsWith('first')).length;
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

it('goes over to another instance when the one that runs it is killed', async () => {
  const first = await startInstance('first');
  const { plan, start, until, ended, hasten } = warmingHarness({ redis });
  const job = await start(await plan({ perSecond: 100 }));
  await until(job.id, ({ progress }) => progress.instance === 'first' && progress.doneCount > 50);
  await kill(first);
  expect(await entryCount()).toBeLessThan(COUNT);
  // Meanwhile the silence of the first one is waited for, in real time.
  await startInstance('second');
  hasten(HASTE);

  const done = await ended(job.id);
  expect(done).toMatchObject({
    ...{ state: 'completed', progress: { instance: 'second', entryCount: COUNT, doneCount: COUNT } },
    outcome: expect.stringContaining('by second'),
  });
  expect(done.progress.startCount).toBeGreaterThan(1);
  expect(await entryCount()).toBeGreaterThanOrEqual(COUNT - LANES);
});

it('says that it does not know how it ended when the only instance is killed', async () => {
  await redis.client.flushall();
  const only = await startInstance('only');
  const { plan, start, until, ended, hasten } = warmingHarness({ redis });
  const job = await start(await plan({ perSecond: 100 }));
  await until(job.id, ({ progress }) => progress.doneCount > 50);
  await kill(only);
  hasten(HASTE);
  expect(await ended(job.id)).toMatchObject({
    state: 'unknown',
    progress: { instance: 'only' },
    outcome: expect.stringContaining('No instance said how it ended'),
  });
});
