import type { JobProgress, ProbeProgress } from '#shared/acting/job.ts';
import type { ProbePlan, PurgeTagPlan } from '#shared/acting/plan.ts';

/** Of a purge that has not begun. */
export function purgeProgress({ memberCount }: PurgeTagPlan): JobProgress {
  const none = { scannedCount: 0, changedCount: 0, skippedCount: 0, failedCount: 0, unknownCount: 0 };
  return { plannedCount: memberCount, ...none };
}

/** Of a probe that has not begun. */
export function probeProgress({ schedule, idlePingP99Ms }: ProbePlan): ProbeProgress {
  return {
    totalMs: schedule.totalMs,
    elapsedMs: 0,
    attachedMs: 0,
    isAttached: false,
    lineCount: 0,
    byteCount: 0,
    lookupCount: 0,
    linesPerSecond: null,
    bytesPerSecond: null,
    commandsPerSecond: null,
    pingP99Ms: null,
    idlePingP99Ms,
    unreadBytes: 0,
  };
}
