import type { JobProgress } from '#shared/acting/job.ts';

/** Of a job that deals with so many keys and has not begun. */
export function notBegun(plannedCount: number): JobProgress {
  const none = { scannedCount: 0, changedCount: 0, skippedCount: 0, failedCount: 0, unknownCount: 0 };
  return { plannedCount, ...none };
}
