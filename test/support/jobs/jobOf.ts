import type { PurgeJob } from '#shared/acting/job.ts';

/** A running job that has removed so many keys of nine. */
export function jobOf(id: string, changedCount = 0): PurgeJob {
  return {
    id,
    planId: 'plan',
    kind: 'purge',
    method: { how: 'now' },
    undoUntilMs: null,
    targetId: 'default',
    title: '',
    actor: 'ada',
    approver: null,
    reason: '',
    state: 'running',
    pauseText: '',
    startedAtMs: 0,
    endedAtMs: null,
    progress: {
      plannedCount: 9,
      scannedCount: changedCount,
      changedCount,
      skippedCount: 0,
      failedCount: 0,
      unknownCount: 0,
    },
    outcome: '',
  };
}
