import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Clock, systemClock } from '#server/clock/clock.ts';
import { createGuardedJobs } from '#server/jobs/createGuardedJobs.ts';
import { UndoVault } from '#server/jobs/undo/undoVault.ts';
import { SourceLoads } from '#server/snapshot/traffic/sourceLoads.ts';
import { isTerminal, type Job } from '#shared/acting/job.ts';
import type { PurgeSelection } from '#shared/acting/purgeInput.ts';
import { memoryAuditLog } from '#test/support/jobs/memoryAuditLog.ts';
import { quickClock } from '#test/support/jobs/quickClock.ts';
import { openTestConnection } from '#test/support/openTestConnection.ts';

export interface EngineRun {
  readonly selection: PurgeSelection;
  /** False = as fast as it can: no pause is waited for. */
  readonly isPaced: boolean;
  /** Whether what goes is kept for an undo. */
  readonly isKept: boolean;
}

/** A planned purge on the job engine, ready to go. */
export interface ReadyPurge {
  readonly keyCount: number;
  /** Resolves at the end of the job; throws when it did not remove all. */
  run(): Promise<void>;
  close(): Promise<void>;
}

const actor = { name: 'bench', role: 'operator', sessionId: 'bench' } as const;

/** Plans by the same door as the page; pages, batches, audit and progress are those of production. */
export async function planOnEngine(
  port: number,
  { selection, isPaced, isKept }: EngineRun,
): Promise<ReadyPurge> {
  const clock: Clock = isPaced ? systemClock() : quickClock();
  const jobs = createGuardedJobs({
    audit: memoryAuditLog(),
    openOperator: async () => openTestConnection({ port }, 'operator'),
    environment: 'bench',
    senderName: 'cachescope server of a bench',
    isReadOnly: false,
    secondApproverAboveKeys: null,
    users: () => [],
    patternOf: (key) => key.replace(/\d+/g, '{id}'),
    vault: new UndoVault({
      directory: join(tmpdir(), `cachescope-bench-undo-${randomBytes(8).toString('hex')}`),
      clock,
    }),
    sourceLoad: () => ({ patterns: [], currentPerSecond: null, capacityPerSecond: null }),
    sourceLoads: new SourceLoads(),
    knownUse: { declaredTtlMs: () => null, touchedAtMs: () => null },
    clock,
    random: randomBytes,
    reportBug: (error) => {
      throw error;
    },
  });
  const plan = await jobs.planPurge(
    { targetId: 'default', selection, method: { how: 'now' }, isDataBad: !isKept, isWholeCacheMeant: true },
    actor,
  );
  const typed = plan.confirmation.kind === 'typed' ? plan.confirmation.text : '';
  return {
    keyCount: plan.keyCount,
    async run() {
      const ended = Promise.withResolvers<Job>();
      jobs.onChange((job) => {
        if (isTerminal(job.state)) ended.resolve(job);
      });
      await jobs.start({ targetId: 'default', token: plan.token, typed, reason: 'bench' }, actor);
      const job = await ended.promise;
      if (job.state !== 'completed') throw new Error(`the purge ended as ${job.state}: ${job.outcome}`);
    },
    close: () => jobs.close(),
  };
}
