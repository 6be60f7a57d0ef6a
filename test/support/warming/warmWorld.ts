import { isTerminal } from '#shared/acting/job.ts';
import { operator } from '#test/support/jobs/guardedJobsHarness.ts';
import { seededRandom } from '#test/support/jobs/simulatedRedis.ts';
import { warmingHarness } from '#test/support/jobs/warmingHarness.ts';
import type { TestRedis } from '#test/support/startRedis.ts';
import { fasterClock } from './fasterClock.ts';
import {
  type RunLoad,
  type RunWord,
  startWarmInstance,
  type WarmInstance,
  type WarmWorldSize,
} from './warmInstance.ts';

/** The server's time passes so much faster: what it waits 20 s for takes 2. */
const HASTE = 10;
/** As long by the server's time as leases live by default. */
export const LEASE_MS = 15_000 / HASTE;
/** A server waits for 3 s of its time until a command is taken. */
const LATE_MS = 3_100 / HASTE;

/** Real time. */
export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export type Harness = ReturnType<typeof warmingHarness>;

/** Instances, servers, and what befell them. */
export class World {
  readonly random: () => number;
  readonly redis: TestRedis;
  readonly size: WarmWorldSize;
  readonly loads: RunLoad[] = [];
  readonly words: RunWord[] = [];
  readonly instances: WarmInstance[] = [];
  /** What was done, in order, for the report of a failing seed. */
  readonly events: string[] = [];
  isEmptied = false;
  /** Once: it takes its port. */
  isRestarted = false;
  readonly #startMs = performance.now();

  constructor(seed: number, redis: TestRedis) {
    this.random = seededRandom(seed);
    this.redis = redis;
    this.size = {
      redisPort: redis.port,
      leaseMs: LEASE_MS,
      entryCount: 15 + this.draw(30),
      perSecond: 40 + this.draw(80),
      loadMs: this.draw(10),
    };
  }

  /** 0 to below `most`. */
  draw(most: number): number {
    return Math.floor(this.random() * most);
  }

  note(event: string): void {
    this.events.push(`${Math.round(performance.now() - this.#startMs)} ms ${event}`);
  }

  async join(): Promise<void> {
    const name = `i${this.instances.length + 1}`;
    this.note(`${name} joins`);
    const instance = await startWarmInstance(name, this.size, this);
    this.instances.push(instance);
    // It listens for commands from here on.
    await instance.cache.product.get({ id: `first-${name}` }).catch(() => {});
  }

  /** The one that runs the warmer, or any. */
  victim(): WarmInstance | undefined {
    return this.instances.find((one) => one.isRunning()) ?? this.instances[this.draw(this.instances.length)];
  }

  server(): Harness {
    return warmingHarness({ redis: this.redis, clock: fasterClock(HASTE) });
  }
}

type Happening = (world: World, harness: Harness) => Promise<void>;

const kill: Happening = async (world) => {
  const victim = world.victim();
  world.note(`${victim?.name} dies`);
  await victim?.die();
};

const cutOff: Happening = async (world) => {
  const victim = world.victim();
  world.note(`${victim?.name} is cut off`);
  victim?.line.cut();
  await pause(100 + world.draw(2_400));
  world.note(`${victim?.name} is back`);
  victim?.line.mend();
};

const slowDown: Happening = async (world) => {
  const victim = world.victim();
  world.note(`${victim?.name} is slow`);
  victim?.line.delay(50 + world.draw(350));
  await pause(100 + world.draw(1_500));
  world.note(`${victim?.name} is as before`);
  victim?.line.delay(0);
};

const empty: Happening = async (world) => {
  world.note('Redis is emptied');
  world.isEmptied = true;
  await world.redis.client.flushall();
};

const restart: Happening = async (world) => {
  if (world.isRestarted) return;
  world.note('Redis starts again');
  world.isEmptied = true;
  world.isRestarted = true;
  await world.redis.kill();
  await world.redis.restart();
};

const cancel: Happening = async (world, { jobs }) => {
  world.note('cancelled');
  for (const { id } of jobs.list()) jobs.cancel(id, operator);
};

const holdUp: Happening = async (world, { jobs }) => {
  const ids = jobs.list().filter(({ state }) => !isTerminal(state));
  world.note('paused');
  for (const { id } of ids) jobs.pause(id, operator);
  await pause(world.draw(800));
  world.note('resumed');
  for (const { id } of ids) if (!isTerminal(jobs.get(id)?.state ?? 'failed')) jobs.resume(id, operator);
};

const join: Happening = (world) => world.join();

/** Twice where it is to come more often. */
const happenings: readonly Happening[] = [
  kill,
  kill,
  cutOff,
  slowDown,
  slowDown,
  empty,
  restart,
  cancel,
  cancel,
  cancel,
  holdUp,
  join,
];

/** Every instance takes the command only after the server has given up on it, and then runs it; perhaps somebody stops the job meanwhile. */
export async function takeLate(world: World, harness: Harness): Promise<void> {
  world.note('all are slow');
  for (const { line } of world.instances) line.delay(LATE_MS + world.draw(60));
  if (world.random() < 0.7) setTimeout(() => void cancel(world, harness), LATE_MS + world.draw(1_000));
  await pause(400 + world.draw(600));
  world.note('none is slow');
  for (const { line } of world.instances) line.delay(0);
}

export async function happen(world: World, harness: Harness): Promise<void> {
  const count = world.draw(5);
  const due = Array.from({ length: count }, () => ({
    afterMs: world.draw(900),
    act: happenings[world.draw(happenings.length)] ?? cancel,
  }));
  await Promise.all(
    due.map(async ({ afterMs, act }) => {
      await pause(afterMs);
      await act(world, harness);
    }),
  );
}
