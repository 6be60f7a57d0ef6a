import { expect, it, onTestFinished } from 'vitest';
import { recoverInterrupted } from '#server/jobs/door/recoverInterrupted.ts';
import { isTerminal, type LettersJob } from '#shared/acting/job.ts';
import type { LettersInput } from '#shared/acting/plan.ts';
import { DEFAULT_EVENT_STREAM } from '#shared/control/eventStreamKeys.ts';
import { AppError } from '#shared/errorCodes.ts';
import type { Interleaving } from '#test/support/interleaving/openInterleaving.ts';
import { runSeeds, seededTest } from '#test/support/interleaving/runSeeds.ts';
import { guardedJobsHarness, operator } from '#test/support/jobs/guardedJobsHarness.ts';
import { type MemoryAuditLog, memoryAuditLog } from '#test/support/jobs/memoryAuditLog.ts';
import { purgeBench } from '#test/support/jobs/purgeBench.ts';
import { DoomedServer, Lines } from '#test/support/letters/doomedServer.ts';
import { LetterWorld } from '#test/support/letters/letterWorld.ts';

const bench = purgeBench();

/** Enough that a server seldom runs out of them. */
const LINES = 14;

type Act = LettersInput['act'];

/** What an operator got of letters on one server. */
interface Attempt {
  readonly server: DoomedServer;
  readonly act: Act;
  readonly audit: MemoryAuditLog;
  readonly plannedIds: number;
  readonly jobCount: number;
  readonly bugs: readonly unknown[];
  /** Null = it was killed, or the start was refused. */
  readonly job: LettersJob | null;
}

function openServer(name: string, act: Act, { interleaving, lines }: World, audit = memoryAuditLog()) {
  const server = new DoomedServer(name, { interleaving, lines });
  const { jobs, start, bugs } = guardedJobsHarness(server.openOperator, {
    audit,
    prefixOf: () => 'shop:',
    eventStreams: [DEFAULT_EVENT_STREAM],
    clock: {
      nowMs: () => 0,
      elapsedMs: () => 0,
      pause: async (ms) => (ms < 1_000 ? undefined : interleaving.step(`${name} waits`)),
    },
  });
  return { server, act, jobs, start, audit, bugs };
}

interface World {
  readonly interleaving: Interleaving;
  readonly lines: Lines;
}

type Opened = ReturnType<typeof openServer>;

/** Plans without faults, then starts, perhaps twice, among faults; null = there was nothing to plan. */
async function operate(opened: Opened, { interleaving }: World): Promise<Attempt | null> {
  const { server, act, jobs, start, audit, bugs } = opened;
  const stream = { queue: 'events', service: 'shop', stream: DEFAULT_EVENT_STREAM } as const;
  const made = await jobs
    .planLetters({ targetId: 'default', act, stream, ids: null }, operator)
    .catch(refusedOnly);
  if (made === null) return null;
  server.faultRatio = interleaving.random() < 0.3 ? 0 : interleaving.random() * 0.4;
  const startCount = interleaving.random() < 0.3 ? 2 : 1;
  const ended = Array.from({ length: startCount }, async () => {
    const job = await start(made).catch(refusedOnly);
    return job === null ? null : endOf(opened, job.id);
  });
  if (interleaving.random() < 0.2) void cancelSoon(opened, interleaving);
  const done = await Promise.race([Promise.all(ended), server.killed]);
  const job = done?.find((one) => one !== null) ?? null;
  return {
    ...{ server, act, audit, bugs, job },
    plannedIds: made.keyCount,
    jobCount: jobs.list().length,
  };
}

function refusedOnly(error: unknown): null {
  if (error instanceof AppError) return null;
  throw error;
}

function endOf({ jobs }: Opened, id: string): Promise<LettersJob> {
  return new Promise((resolve) => {
    const look = () => {
      const job = jobs.get(id);
      if (job?.kind === 'letters' && isTerminal(job.state)) resolve(job);
    };
    onTestFinished(jobs.onChange(look));
    look();
  });
}

async function cancelSoon({ jobs }: Opened, interleaving: Interleaving): Promise<void> {
  const stepCount = Math.floor(interleaving.random() * 8);
  for (let step = 0; step < stepCount; step += 1) await interleaving.step('an operator thinks');
  for (const { id } of jobs.list()) jobs.cancel(id, operator);
}

/** The first server, killed at some point or not; then it starts again, and an operator replays what is left. */
async function operateAndDie(world: World, act: Act): Promise<readonly (Attempt | null)[]> {
  const { interleaving } = world;
  const first = openServer('a', act, world);
  const isDoomed = interleaving.random() < 0.4;
  const stepCount = Math.floor(interleaving.random() * 40);
  const die = async () => {
    for (let step = 0; isDoomed && step < stepCount; step += 1) await interleaving.step('a lives');
    if (isDoomed) first.server.kill();
  };
  const [attempt] = await Promise.all([Promise.race([operate(first, world), first.server.killed]), die()]);
  if (!isDoomed) return [attempt];
  const killed: Attempt = {
    ...{ ...first, plannedIds: 0, jobCount: first.jobs.list().length, job: null },
    ...attempt,
  };
  const startsBefore = phases(first.audit, 'started');
  const open = startsBefore - phases(first.audit, 'ended');
  expect(await recoverInterrupted(first.audit)).toBe(open);
  const again = await operate(openServer("a'", act, world, first.audit), world);
  return [killed, again];
}

const phases = ({ entries }: MemoryAuditLog, wanted: string): number =>
  entries.filter(({ phase }) => phase === wanted).length;

async function runWorld(interleaving: Interleaving): Promise<void> {
  const { client } = bench.redis;
  await client.flushall();
  await client.config('SET', 'maxmemory', '0');
  const lines = await Lines.open(bench.redis.port, LINES);
  const world = { interleaving, lines };
  const letters = new LetterWorld(interleaving.wrap(client, 'shop'), world);
  const draw = interleaving.random;
  const prepare = async () => {
    await letters.publish();
    await letters.bury(1 + Math.floor(draw() * 45));
  };
  await interleaving.runUntilSettled([prepare()]);
  const [actA, actB] = [0, 1].map((): Act => (draw() < 0.75 ? 'replay' : 'drop'));
  const event = draw();
  const [ofA, ofB] = await interleaving.runUntilSettled([
    operateAndDie(world, actA ?? 'replay'),
    draw() < 0.5 ? operate(openServer('b', actB ?? 'replay', world), world) : null,
    letters.goOn(Math.floor(draw() * 20)),
    event < 0.05 ? letters.restartRedis({ isEmptied: event < 0.02 }) : null,
    event > 0.95 ? letters.replaceStream() : null,
  ]);
  await interleaving.close();
  lines.close();
  await judge(
    letters,
    [...ofA, ofB].filter((attempt) => attempt !== null),
  );
}

async function judge(letters: LetterWorld, attempts: readonly Attempt[]): Promise<void> {
  await bench.redis.client.config('SET', 'maxmemory', '0');
  const { buried, letters: standing, replayed, trimmed } = await letters.look();
  const dropped = new Set(
    attempts
      .filter(({ act }) => act === 'drop')
      .flatMap(({ server }) => server.settledIds.map((id) => letters.eventOf(id))),
  );
  const gone = buried.filter(
    (name) => !(standing.includes(name) || replayed.includes(name) || trimmed.has(name) || dropped.has(name)),
  );
  if (!letters.isEmptied) expect(gone, 'lost').toEqual([]);
  const twice = replayed.filter((name, at) => replayed.indexOf(name) !== at || standing.includes(name));
  expect(twice, 'replayed twice, or replayed and still there').toEqual([]);
  for (const attempt of attempts) {
    judgeRecord(attempt);
    if (attempt.job !== null) judgeCounts(attempt, attempt.job);
    if (attempt.job !== null && attempt.act === 'replay' && !letters.isEmptied)
      expect(attempt.job.progress.changedCount, 'told as replayed').toBeLessThanOrEqual(replayed.length);
  }
}

function judgeRecord({ audit, bugs, jobCount, job, server }: Attempt): void {
  expect(bugs).toEqual([]);
  expect(jobCount, `jobs of ${server.name}`).toBeLessThanOrEqual(1);
  expect(phases(audit, 'started'), 'starts without an end').toBe(
    phases(audit, 'ended') + phases(audit, 'interrupted'),
  );
  if (job === null) return;
  const end = audit.entries.find(({ phase, jobId }) => phase === 'ended' && jobId === job.id);
  expect(end).toMatchObject({ progress: job.progress, outcome: `${job.state}: ${job.outcome}` });
}

function judgeCounts({ server, plannedIds }: Attempt, { progress, state, outcome }: LettersJob): void {
  const { changedCount, skippedCount, failedCount, unknownCount, scannedCount } = progress;
  const told = `${server.name}: ${state}, ${outcome}`;
  expect(changedCount + skippedCount + failedCount + unknownCount, told).toBe(scannedCount);
  expect(scannedCount, told).toBeLessThanOrEqual(plannedIds);
  if (state === 'completed')
    expect({ scannedCount, failedCount }, told).toEqual({ scannedCount: plannedIds, failedCount: 0 });
  expect(state === 'unknown', told).toBe(unknownCount > 0);
  const doneCount = server.settledIds.length;
  const foundCount = Number(/([\d,]+) of the \w+ were found/.exec(outcome)?.[1] ?? 0);
  expect(doneCount, `${told}; done and not told`).toBeLessThanOrEqual(changedCount + unknownCount);
  expect(changedCount - foundCount, `${told}; told and not done`).toBeLessThanOrEqual(doneCount);
}

it(
  'loses no letter, replays none twice, and tells what stands in Redis, whatever fails at whichever point',
  seededTest,
  async () => {
    await runSeeds(100, runWorld);
  },
);
