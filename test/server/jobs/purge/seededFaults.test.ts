import { expect, it } from 'vitest';
import { type FaultKind, type RedisCommand, RedisFault } from '#server/redis/redisConnection.ts';
import { isTerminal } from '#shared/acting/job.ts';
import { AppError } from '#shared/errorCodes.ts';
import { seededTest } from '#test/support/interleaving/runSeeds.ts';
import { type Decide, faultyConnection, pass, type Verdict } from '#test/support/jobs/faultyConnection.ts';
import { guardedJobsHarness, operator } from '#test/support/jobs/guardedJobsHarness.ts';
import { SimulatedRedis, seededRandom, simulatedConnection } from '#test/support/jobs/simulatedRedis.ts';

const SEED_COUNT = Number(process.env.SEEDS ?? 400);
const FIRST_SEED = Number(process.env.FIRST_SEED ?? 1);

const unknownKinds: readonly FaultKind[] = ['timeout', 'unreachable'];
const definiteKinds: readonly FaultKind[] = [
  'readOnlyReplica',
  'notPermitted',
  'loading',
  'writesRefused',
  'busyScript',
];

/** One world: a Redis, its services that go on storing entries, and faults by a schedule that the seed draws. */
function openWorld(seed: number) {
  const random = seededRandom(seed);
  const redis = new SimulatedRedis();
  const tagged = 1 + Math.floor(random() * 400);
  for (let index = 0; index < tagged; index += 1) {
    redis.store(`p:${index}`, random() < 0.3 ? ['a', 'b'] : ['a']);
  }
  for (let index = 0; index < 50; index += 1) redis.store(`other:${index}`, ['b']);
  // Members whose value has gone already.
  for (let index = 0; index < tagged; index += 7) redis.values.delete(`p:${index}`);
  redis.values.add('p:0');
  const faultRatio = random() < 0.3 ? 0 : random() * 0.25;
  const late: RedisCommand[] = [];
  const pick = <T>(items: readonly T[]): T | undefined => items[Math.floor(random() * items.length)];

  function runLate(): void {
    for (const command of late.splice(0)) redis.run(command);
  }

  function happenMeanwhile(): void {
    // A service stores an entry anew, with all that belongs to it.
    if (random() < 0.1)
      redis.store(`p:${Math.floor(random() * tagged)}`, random() < 0.5 ? ['a'] : ['a', 'c']);
    // A command that timed out runs late.
    if (random() < 0.02) runLate();
    if (faultRatio > 0 && random() < 0.003) redis.runId = 'run-2';
  }

  const decide: Decide = (command, behind): Verdict => {
    happenMeanwhile();
    // Reads come a hundred to a write: at the same rate hardly any re-read would ever succeed.
    const isRead = command[0] === 'MEMORY' || command[0] === 'SSCAN';
    if (random() >= (isRead ? faultRatio / 50 : faultRatio)) {
      return pass;
    }
    const isUnknown = random() < 0.8;
    const kind = pick(isUnknown ? unknownKinds : definiteKinds) ?? 'other';
    const fault = new RedisFault(kind, command[0], `simulated ${kind}`);
    if (!isUnknown) return { kind: 'refuse', fault };
    const fate = random();
    if (fate < 0.4) return { kind: 'loseReply', fault };
    // A write arrives in order: what stands behind comes late too, at once after it.
    if (fate < 0.7) late.push(command, ...behind);
    return { kind: 'refuse', fault };
  };

  return {
    random,
    redis,
    runLate,
    connection: () => faultyConnection(simulatedConnection(redis), decide),
  };
}

async function runWorld(seed: number): Promise<string[]> {
  const world = openWorld(seed);
  const { redis, random } = world;
  const wrong: string[] = [];
  let isPlanning = true;
  const harness = guardedJobsHarness(async () =>
    isPlanning ? simulatedConnection(redis) : world.connection(),
  );
  const made = await harness.plan('tag:a');
  const planned = new Set([...(redis.sets.get('tag:a') ?? [])]);
  const before = new Set(redis.values);
  isPlanning = false;
  const cancelAfter = random() < 0.3 ? random() * planned.size : Number.POSITIVE_INFINITY;
  harness.jobs.onChange((job) => {
    if (job.kind === 'purge' && job.progress.scannedCount > cancelAfter && !isTerminal(job.state))
      harness.jobs.cancel(job.id, operator);
  });
  const job = await harness.start(made).then(harness.ended, (error) => {
    if (!(error instanceof AppError)) throw error;
    return null;
  });
  world.runLate();
  const allowed = new Set([...planned].flatMap((key) => [key, `key-tags:${key}`]));
  const outside = redis.unlinked.filter((name) => !allowed.has(name));
  if (outside.length > 0) wrong.push(`removed outside of the plan: ${outside[0]}`);
  if (job === null) {
    if (redis.unlinked.length > 0) wrong.push('a refused start removed something');
    return wrong;
  }
  const { changedCount, skippedCount, failedCount, unknownCount, scannedCount, plannedCount } = job.progress;
  if (changedCount + skippedCount + failedCount + unknownCount !== scannedCount)
    wrong.push('counts do not add up');
  if (scannedCount > plannedCount) wrong.push('more keys than planned');
  const mayBeGone = changedCount + skippedCount + unknownCount;
  if (redis.removed.size > mayBeGone)
    wrong.push(`${redis.removed.size} removed, at most ${mayBeGone} reported`);
  const removedOfBefore = [...redis.removed].filter((key) => before.has(key)).length;
  if (removedOfBefore > changedCount + unknownCount) wrong.push('a removed key is reported as gone before');
  if (job.state === 'completed' && (unknownCount > 0 || failedCount > 0 || scannedCount !== plannedCount)) {
    wrong.push('completed without having done all');
  }
  if (unknownCount > 0 && job.state !== 'unknown')
    wrong.push(`state ${job.state} with ${unknownCount} unknown`);
  const isIndexInDoubt = job.state === 'unknown' || /may be missing from it/.test(job.outcome);
  if (!isIndexInDoubt) wrong.push(...unlisted(redis));
  if (harness.bugs.length > 0) wrong.push(`bug: ${harness.bugs[0]}`);
  if (harness.audit.entries.at(-1)?.phase !== 'ended') wrong.push('no end in the audit log');
  return wrong;
}

/** Values that carry a tag which does not list them: no purge would ever find them again. */
function unlisted(redis: SimulatedRedis): string[] {
  return [...redis.values].flatMap((key) => {
    const tags = redis.sets.get(`key-tags:${key}`) ?? new Set<string>();
    const isLost = [...tags].some((tag) => redis.sets.get(`tag:${tag}`)?.has(key) !== true);
    return isLost || tags.size === 0 ? [`${key} is not listed by its tags`] : [];
  });
}

it(`holds its promises under ${SEED_COUNT} seeded schedules of faults`, seededTest, async () => {
  const failures: string[] = [];
  for (let seed = FIRST_SEED; seed < FIRST_SEED + SEED_COUNT; seed += 1) {
    const wrong = await runWorld(seed);
    if (wrong.length > 0) failures.push(`FIRST_SEED=${seed} SEEDS=1: ${wrong.join('; ')}`);
  }
  expect(failures).toEqual([]);
});
