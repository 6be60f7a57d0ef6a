import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished, vi } from 'vitest';
import { createGuardedJobs, type GuardedJobsOptions } from '#server/jobs/createGuardedJobs.ts';
import { UndoVault } from '#server/jobs/undo/undoVault.ts';
import type { RedisConnection } from '#server/redis/redisConnection.ts';
import { SourceLoads } from '#server/snapshot/traffic/sourceLoads.ts';
import { isTerminal, type Job } from '#shared/acting/job.ts';
import type { Plan, StartJobInput } from '#shared/acting/plan.ts';
import type { PurgeInput } from '#shared/acting/purgeInput.ts';
import type { Actor } from '#shared/roles.ts';
import { type ManualClock, manualClock } from '#test/support/manualClock.ts';
import { memoryAuditLog } from './memoryAuditLog.ts';

export const operator: Actor = { name: 'ada', role: 'operator', sessionId: 'session-1' };

/** Guarded jobs with a clock that passes at once and an audit log in memory; any part can be replaced. */
export function guardedJobsHarness(
  openOperator: () => Promise<RedisConnection>,
  overrides: Partial<GuardedJobsOptions> = {},
) {
  const clock: ManualClock = manualClock();
  const audit = memoryAuditLog();
  const bugs: unknown[] = [];
  const vault = new UndoVault({
    directory: join(tmpdir(), `cachescope-undo-${randomBytes(8).toString('hex')}`),
    clock: overrides.clock ?? clock,
  });
  onTestFinished(() => vault.close());
  const jobs = createGuardedJobs({
    audit,
    openOperator,
    environment: 'demo',
    senderName: 'cachescope server of a test',
    isReadOnly: false,
    secondApproverAboveKeys: null,
    users: () => [],
    patternOf: (key) => key.replace(/\d+/g, '{id}'),
    knownUse: { declaredTtlMs: () => null, touchedAtMs: () => null },
    vault,
    sourceLoad: () => ({ patterns: [], currentPerSecond: null, capacityPerSecond: null }),
    sourceLoads: new SourceLoads(),
    clock,
    random: randomBytes,
    reportBug: (error) => bugs.push(error),
    ...overrides,
  });
  const planOf = (selection: PurgeInput['selection'], more: Partial<PurgeInput> = {}, actor = operator) =>
    jobs.planPurge({ targetId: 'default', selection, ...more }, actor);
  const plan = (tagKey: string, actor = operator, layout = 'simple') =>
    planOf({ by: 'tag', layout, tagKey }, {}, actor);
  const planUndo = (job: Job, actor = operator) =>
    jobs.planUndo({ targetId: 'default', jobId: job.id }, actor);
  const planMark = (layout: string, tagKey: string, actor = operator) =>
    jobs.planMark({ targetId: 'default', layout, tagKey }, actor);
  const planRepair = (tagKey: string, layout = 'simple') =>
    jobs.planRepair({ targetId: 'default', layout, tagKey }, operator);
  const start = (made: Plan, change: Partial<StartJobInput> = {}, actor = operator) =>
    jobs.start(
      {
        targetId: 'default',
        token: made.token,
        typed: made.confirmation.kind === 'typed' ? made.confirmation.text : '',
        reason: 'a test',
        ...change,
      },
      actor,
    );
  function endedAs<Kind extends Job['kind']>(kind: Kind) {
    return (job: Job): Promise<Extract<Job, { kind: Kind }>> =>
      vi.waitFor(
        () => {
          const now = jobs.get(job.id);
          if (now === null || !isOfKind(now, kind) || !isTerminal(now.state))
            throw new Error('still running');
          return now;
        },
        { timeout: 20_000, interval: 5 },
      );
  }
  const ends = {
    ended: endedAs('purge'),
    undone: endedAs('undo'),
    marked: endedAs('mark'),
    repaired: endedAs('repair'),
    settled: endedAs('letters'),
  };
  return { jobs, clock, audit, bugs, plan, planOf, planUndo, planMark, planRepair, start, ...ends };
}

function isOfKind<Kind extends Job['kind']>(job: Job, kind: Kind): job is Extract<Job, { kind: Kind }> {
  return job.kind === kind;
}
