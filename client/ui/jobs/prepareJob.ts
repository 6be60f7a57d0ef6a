import { formatCount, formatRate } from '#client/lib/formatNumber.ts';
import { formatDuration } from '#client/lib/formatTime.ts';
import type { JobState, PurgeJob, UndoJob } from '#shared/acting/job.ts';

/** A job that deals with keys. */
export type KeyJob = PurgeJob | UndoJob;

export interface JobFigure {
  readonly label: string;
  readonly count: number;
  readonly isBad: boolean;
}

export interface JobModel {
  readonly id: string;
  readonly title: string;
  readonly stateText: string;
  readonly tone: 'calm' | 'warning' | 'bad';
  readonly isRunning: boolean;
  /** Handled keys of the planned ones, 0-1; null when nothing was planned. */
  readonly ratio: number | null;
  readonly figures: readonly JobFigure[];
  /** Rate and time left while it runs, time taken after. */
  readonly pace: string;
  readonly outcome: string;
  /** Why it waits; empty unless it does. */
  readonly pauseText: string;
  readonly by: string;
  /** Whether it can be paused, or told to go on; null = neither. */
  readonly hold: 'pause' | 'resume' | null;
  /** What cancel does from here; null when there is nothing to cancel. */
  readonly cancelText: string | null;
  /** How long it can be brought back; null when it cannot. */
  readonly undoText: string | null;
}

const stateTexts: Record<JobState, string> = {
  running: 'running',
  paused: 'paused',
  cancelling: 'stopping after this batch',
  completed: 'completed',
  cancelled: 'cancelled',
  failed: 'failed',
  unknown: 'outcome not known',
};

const tones: Record<JobState, JobModel['tone']> = {
  running: 'calm',
  paused: 'warning',
  cancelling: 'warning',
  completed: 'calm',
  cancelled: 'warning',
  failed: 'bad',
  unknown: 'bad',
};

export function prepareJob(job: KeyJob, nowMs: number): JobModel {
  const { progress, state } = job;
  const handled =
    progress.changedCount + progress.skippedCount + progress.failedCount + progress.unknownCount;
  const isRunning = job.endedAtMs === null;
  return {
    id: job.id,
    title: job.title,
    stateText: stateTexts[state],
    tone:
      state === 'completed' && progress.failedCount + progress.unknownCount > 0 ? 'warning' : tones[state],
    isRunning,
    ratio: progress.plannedCount > 0 ? Math.min(1, handled / progress.plannedCount) : null,
    figures: figures(job),
    pace: pace(job, handled, nowMs),
    outcome: job.outcome,
    pauseText: job.pauseText,
    by: job.reason === '' ? `by ${job.actor}` : `by ${job.actor}: ${job.reason}`,
    undoText: undoText(job, nowMs),
    hold: state === 'running' ? 'pause' : state === 'paused' ? 'resume' : null,
    cancelText:
      state === 'running' || state === 'paused' ? cancelText(job, progress.plannedCount - handled) : null,
  };
}

const removed = { done: 'removed', skipped: 'gone already', stays: 'already removed stay removed' };

const labels = {
  now: removed,
  staged: removed,
  spread: { done: 'set to expire', skipped: 'gone or sooner', stays: 'are set to expire and will' },
  undo: { done: 'brought back', skipped: 'newer or expired', stays: 'already back stay' },
} as const;

function labelsOf(job: KeyJob) {
  return labels[job.kind === 'undo' ? 'undo' : job.method.how];
}

function figures(job: KeyJob): readonly JobFigure[] {
  const { progress } = job;
  const { done, skipped } = labelsOf(job);
  return [
    { label: 'planned', count: progress.plannedCount, isBad: false },
    { label: done, count: progress.changedCount, isBad: false },
    { label: skipped, count: progress.skippedCount, isBad: false },
    { label: 'failed', count: progress.failedCount, isBad: progress.failedCount > 0 },
    { label: 'not known', count: progress.unknownCount, isBad: progress.unknownCount > 0 },
  ];
}

function pace(job: KeyJob, handled: number, nowMs: number): string {
  const tookMs = Math.max(0, (job.endedAtMs ?? nowMs) - job.startedAtMs);
  if (job.endedAtMs !== null) return `took ${formatDuration(tookMs)}`;
  if (handled === 0 || tookMs < 1_000) return 'started';
  const perSecond = (handled * 1_000) / tookMs;
  const left = Math.max(0, job.progress.plannedCount - handled);
  return `${formatRate(perSecond)}, about ${formatDuration((left * 1_000) / perSecond)} left`;
}

function cancelText(job: KeyJob, left: number): string {
  const kept = formatCount(Math.max(0, left));
  const done = formatCount(job.progress.changedCount);
  return `Cancel ends the job after the running batch: ${done} ${labelsOf(job).stays}, about ${kept} are kept.`;
}

function undoText(job: KeyJob, nowMs: number): string | null {
  if (job.kind === 'undo' || job.undoUntilMs === null || job.undoUntilMs <= nowMs) return null;
  return `What it removed is kept for ${formatDuration(job.undoUntilMs - nowMs)} more.`;
}
