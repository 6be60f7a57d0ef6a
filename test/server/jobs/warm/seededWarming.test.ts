import { afterAll, beforeAll, expect, it } from 'vitest';
import { isTerminal, type WarmJob } from '#shared/acting/job.ts';
import { AppError } from '#shared/errorCodes.ts';
import { seededTest } from '#test/support/interleaving/runSeeds.ts';
import { startRedis, type TestRedis } from '#test/support/startRedis.ts';
import { type Harness, happen, LEASE_MS, pause, takeLate, World } from '#test/support/warming/warmWorld.ts';

const FIRST_SEED = Number(process.env.FIRST_SEED ?? 1);
const SEED_COUNT = Number(process.env.SEEDS ?? 40);
/** Worlds that run beside each other, each with a Redis of its own: they wait for time most of theirs. Fewer where ranges do as well. */
const SIDE_BY_SIDE = process.env.SEEDS === undefined ? 8 : 3;

/** A job that has not ended by then never does: the longest takes three silences, waits for leases, and rests, on a busy machine. */
const LONGEST_MS = 100_000;
/** What may begin after an end is told begins by then. */
const AFTER_MS = 250;

const redises: TestRedis[] = [];
beforeAll(async () => {
  const count = Math.min(SIDE_BY_SIDE, SEED_COUNT);
  redises.push(...(await Promise.all(Array.from({ length: count }, () => startRedis()))));
});
afterAll(async () => {
  await Promise.all(redises.map((redis) => redis[Symbol.asyncDispose]()));
});

/** Jobs of one server, by one or two operators; none when the start was refused. */
async function operate(harness: Harness, world: World): Promise<Ended[]> {
  const { plan, jobs, start, bugs, audit } = harness;
  const isLate = world.random() < 0.15;
  const operators = Array.from({ length: world.random() < 0.3 ? 2 : 1 }, async () => {
    try {
      const job = await start(await plan());
      if (isLate) void takeLate(world, harness);
      return [job];
    } catch (error) {
      if (error instanceof AppError) return [];
      throw error;
    }
  });
  const started = (await Promise.all(operators)).flat();
  const ended = await Promise.all(
    started.map(async ({ id }) => {
      for (const dueMs = performance.now() + LONGEST_MS; performance.now() < dueMs; await pause(5)) {
        const job = jobs.get(id);
        if (job?.kind === 'warm' && isTerminal(job.state)) return { job, endedAtMs: performance.now() };
      }
      throw new Error(`The job never ends: ${JSON.stringify(jobs.get(id))}`);
    }),
  );
  expect(bugs).toEqual([]);
  for (const { job } of ended) {
    const last = audit.entries.filter(({ jobId }) => jobId === job.id).at(-1);
    expect(last).toMatchObject({ phase: 'ended', outcome: `${job.state}: ${job.outcome}` });
  }
  expect(overlapping(ended.map(({ job }) => job)), 'two jobs of one server at once').toEqual([]);
  return ended;
}

interface Ended {
  readonly job: WarmJob;
  readonly endedAtMs: number;
}

function overlapping(all: readonly WarmJob[]): readonly string[] {
  return all.flatMap((one) =>
    all.some(
      (other) =>
        other !== one && other.startedAtMs < (one.endedAtMs ?? 0) && one.startedAtMs < (other.endedAtMs ?? 0),
    )
      ? [one.id]
      : [],
  );
}

async function runWorld(seed: number, redis: TestRedis): Promise<void> {
  await redis.client.flushall();
  const world = new World(seed, redis);
  for (let count = 1 + world.draw(3); count > 0; count -= 1) await world.join();
  const first = world.server();
  const second = world.random() < 0.25 ? world.server() : null;
  try {
    const [ofFirst, ofSecond] = await Promise.all([
      operate(first, world),
      second === null ? [] : pause(world.draw(400)).then(() => operate(second, world)),
      happen(world, first),
    ]);
    await pause(AFTER_MS);
    await judge(world, [...ofFirst, ...ofSecond]);
  } catch (error) {
    const loads = world.loads.map(({ instance, run, atMs }) => `${instance}#${run}@${Math.round(atMs)}`);
    const text = error instanceof Error ? error.message : String(error);
    throw new Error(
      `${text}\n${world.events.join('\n')}\n${JSON.stringify(world.words)}\n${loads.join(' ')}`,
      {
        cause: error,
      },
    );
  } finally {
    await first.jobs.close();
    await second?.jobs.close();
    await Promise.all(world.instances.map((instance) => instance.close()));
  }
}

async function judge(world: World, ended: readonly Ended[]): Promise<void> {
  expect(sharedTimes(world), 'runs that acted at once').toEqual([]);
  for (const one of ended) await judgeJob(world, one, ended.length === 1);
}

/** Runs of the warmer that began a load after another one had begun its first, and was not over. */
function sharedTimes({ loads, isEmptied }: World): readonly string[] {
  const runs = new Map<string, { firstMs: number; lastMs: number }>();
  for (const { instance, run, id, atMs } of loads) {
    if (id.startsWith('first')) continue;
    const name = `${instance}#${run}`;
    runs.set(name, { firstMs: runs.get(name)?.firstMs ?? atMs, lastMs: atMs });
  }
  // The lease went with all else, and is taken again by the next renewal.
  const allowedMs = isEmptied ? LEASE_MS / 2 : 0;
  return [...runs].flatMap(([name, { firstMs, lastMs }]) =>
    [...runs].flatMap(([other, { firstMs: otherMs }]) =>
      name !== other && firstMs < otherMs && lastMs > otherMs + allowedMs ? [`${name} beside ${other}`] : [],
    ),
  );
}

async function judgeJob(world: World, { job, endedAtMs }: Ended, isAlone: boolean): Promise<void> {
  const { loads, words, size } = world;
  const { state, progress, outcome } = job;
  const told = `${state}: ${outcome}`;
  const own = loads.filter(({ id }) => !id.startsWith('first'));
  // With all else, an emptied Redis forgets who took a command.
  if (state !== 'unknown' && isAlone && !world.isEmptied)
    expect(own.filter(({ atMs }) => atMs > endedAtMs).length, `loads after "${told}"`).toBe(0);
  const said = words.filter(({ instance }) => instance === progress.instance);
  if (progress.doneCount > 0)
    expect(
      said.map(({ doneCount }) => doneCount),
      told,
    ).toContain(progress.doneCount);
  if (state !== 'completed') return;
  expect(
    said.some((word) => word.state === 'completed' && word.doneCount === progress.doneCount),
    `${told}, and its instance did not say so`,
  ).toBe(true);
  expect(progress, told).toMatchObject({ entryCount: size.entryCount, doneCount: size.entryCount });
  if (world.isEmptied) return;
  const standing = await world.redis.client.exists(
    ...Array.from({ length: size.entryCount }, (_, id) => `shop:product:${id}`),
  );
  const leftCount = Number(/(\d+) of them are not loaded/.exec(outcome)?.[1] ?? 0);
  expect(standing, told).toBeGreaterThanOrEqual(size.entryCount - leftCount);
  expect(new Set(own.map(({ id }) => id)).size, told).toBeGreaterThanOrEqual(size.entryCount - leftCount);
  // Nobody tried anything again.
  if (isAlone && progress.startCount === 1 && leftCount === 0) expect(own.length, told).toBe(size.entryCount);
}

it(
  'lets one run act at a time, ends every job, and tells what was done, whatever fails at whichever point',
  seededTest,
  async () => {
    const failures: string[] = [];
    let next = FIRST_SEED;
    await Promise.all(
      redises.map(async (redis) => {
        for (let seed = next++; seed < FIRST_SEED + SEED_COUNT; seed = next++) {
          await runWorld(seed, redis).catch((error: unknown) => {
            failures.push(`FIRST_SEED=${seed} SEEDS=1: ${error instanceof Error ? error.message : error}`);
          });
        }
      }),
    );
    expect(failures).toEqual([]);
  },
);
