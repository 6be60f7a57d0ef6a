import type { JobState, MarkJob } from '#shared/acting/job.ts';
import { printable } from '#shared/export/printable.ts';
import { duration } from '../textTable.ts';
import { type CacheJob, handledCount } from './cacheJob.ts';

const stateTexts: Readonly<Record<JobState, string>> = {
  running: 'Running',
  paused: 'Waiting',
  cancelling: 'Stopping after this batch',
  completed: 'Completed',
  cancelled: 'Cancelled',
  failed: 'Failed',
  unknown: 'The outcome is not known',
};

/** A count in full, since an operator compares it. */
export function fullCount(count: number): string {
  return count.toLocaleString('en');
}

/** How a job stands, and what can be done about it. */
export function jobText(job: CacheJob): string {
  const { id, title, state, outcome, approver, startedAtMs, endedAtMs } = job;
  const took = endedAtMs === null ? '' : ` after ${duration(Math.max(0, endedAtMs - startedAtMs))}`;
  return [
    `${stateTexts[state]}${took}: ${printable(title)}`,
    ...(endedAtMs === null
      ? [
          progressText(job, Date.now()),
          ...(state === 'paused'
            ? [`It waits in the server. Let it go on: cachescope purge resume ${id}`]
            : [`It goes on in the server. Watch it: cachescope purge watch ${id}`]),
          `Stop it: cachescope purge cancel ${id}`,
        ]
      : [printable(outcome)]),
    ...(approver === null ? [] : [`Approved by ${printable(approver)}.`]),
    ...undoLine(job),
  ].join('\n');
}

function undoLine(job: CacheJob): readonly string[] {
  if (job.kind !== 'purge' || job.undoUntilMs === null || job.undoUntilMs <= Date.now()) return [];
  return [`Until ${instant(job.undoUntilMs)} it can be brought back: cachescope undo ${job.id}`];
}

/** To the second. */
export function instant(atMs: number): string {
  return new Date(atMs).toISOString().replace(/\.\d+Z$/, 'Z');
}

/** `12,300 of 48,210 keys, 2,000/s, about 18 s left`. */
export function progressText(job: CacheJob, nowMs: number): string {
  const parts = job.kind === 'mark' ? [markTexts[job.progress.mark]] : countTexts(job, nowMs);
  // While it waits, that is how the run before ended.
  const isRun = job.kind === 'warm' && (job.state === 'running' || job.endedAtMs !== null);
  if (isRun && job.progress.stage !== '') parts.push(printable(job.progress.stage));
  if (job.state === 'cancelling') parts.push('stopping');
  if (job.pauseText !== '') parts.push(printable(job.pauseText));
  return parts.join(', ');
}

const markTexts: Readonly<Record<MarkJob['progress']['mark'], string>> = {
  notWritten: 'the mark is not written yet',
  written: 'the mark is written, services are told',
  unknown: 'whether the mark was written is not known',
};

const countedWords = {
  purge: 'keys',
  undo: 'keys',
  repair: 'members',
  warm: 'entries',
  letters: 'letters',
} as const;

function countTexts(job: Exclude<CacheJob, MarkJob>, nowMs: number): string[] {
  const { plannedCount, failedCount, unknownCount } =
    job.kind === 'warm'
      ? { plannedCount: job.progress.entryCount, failedCount: 0, unknownCount: 0 }
      : job.progress;
  const handled = handledCount(job) ?? 0;
  const tookMs = nowMs - job.startedAtMs;
  const parts = [`${fullCount(handled)} of ${fullCount(plannedCount)} ${countedWords[job.kind]}`];
  if (handled > 0 && tookMs >= 1_000) {
    const perSecond = (handled * 1_000) / tookMs;
    parts.push(`${fullCount(Math.round(perSecond))}/s`);
    // The first stages are slow on purpose, and say nothing of the rest.
    const isStaged = job.kind === 'purge' && job.method.how === 'staged';
    const leftMs = (Math.max(0, plannedCount - handled) * 1_000) / perSecond;
    if (!isStaged) parts.push(`about ${duration(leftMs)} left`);
  }
  if (failedCount > 0) parts.push(`${fullCount(failedCount)} refused`);
  if (unknownCount > 0) parts.push(`of ${fullCount(unknownCount)} it is not known`);
  return parts;
}
