import { formatCount, formatRate } from '#client/lib/formatNumber.ts';
import { formatDuration } from '#client/lib/formatTime.ts';
import type {
  JobState,
  LettersJob,
  MarkJob,
  MarkProgress,
  PurgeJob,
  RepairJob,
  UndoJob,
  WarmJob,
} from '#shared/acting/job.ts';

type KeyJob = PurgeJob | UndoJob | RepairJob | LettersJob;

/** A job that changes what is cached. */
export type CacheJob = KeyJob | MarkJob | WarmJob;

export interface JobFigure {
  readonly label: string;
  readonly value: string;
  readonly isBad: boolean;
}

export interface JobModel {
  readonly id: string;
  readonly title: string;
  readonly stateText: string;
  readonly tone: 'calm' | 'warning' | 'bad';
  readonly isRunning: boolean;
  /** Handled keys of the planned ones, 0-1; null when nothing was planned, or nobody knows how many. */
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

export function prepareJob(job: CacheJob, nowMs: number): JobModel {
  const { state } = job;
  const facts = factsOf(job, nowMs);
  return {
    id: job.id,
    title: job.title,
    stateText: stateTexts[state],
    tone: tones[state],
    isRunning: job.endedAtMs === null,
    outcome: job.outcome,
    pauseText: job.pauseText,
    by: byText(job),
    ...facts,
    pace: job.endedAtMs === null ? facts.pace : `took ${formatDuration(elapsedMs(job, nowMs))}`,
    hold: job.kind === 'mark' || job.kind === 'repair' || job.kind === 'letters' ? null : holdOf(state),
    cancelText: state === 'running' || state === 'paused' ? facts.cancelText : null,
  };
}

function factsOf(job: CacheJob, nowMs: number) {
  switch (job.kind) {
    case 'mark':
      return markFacts(job);
    case 'warm':
      return warmFacts(job, nowMs);
    default:
      return keyFacts(job, nowMs);
  }
}

function byText({ actor, approver, reason }: CacheJob): string {
  const people = approver === null ? `by ${actor}` : `by ${actor}, approved by ${approver}`;
  return reason === '' ? people : `${people}: ${reason}`;
}

function holdOf(state: JobState): JobModel['hold'] {
  return state === 'running' ? 'pause' : state === 'paused' ? 'resume' : null;
}

function elapsedMs(job: CacheJob, nowMs: number): number {
  return Math.max(0, (job.endedAtMs ?? nowMs) - job.startedAtMs);
}

const markTexts: Record<MarkProgress['mark'], string> = {
  notWritten: 'not written',
  written: 'written',
  unknown: 'not known',
};

function markFacts({ progress, endedAtMs }: MarkJob) {
  const { mark, channelCount, toldCount } = progress;
  const channels =
    channelCount === null
      ? []
      : [
          {
            label: 'channels told',
            value: `${formatCount(toldCount)} of ${formatCount(channelCount)}`,
            isBad: endedAtMs !== null && toldCount < channelCount,
          },
        ];
  return {
    ratio: null,
    pace: 'started',
    figures: [{ label: 'mark', value: markTexts[mark], isBad: mark === 'unknown' }, ...channels],
    cancelText: 'Cancel ends the job if the mark is not written yet; what is written stays.',
    undoText: null,
  };
}

function warmFacts(job: WarmJob, nowMs: number) {
  const { entryCount, doneCount, instance, stage, startCount } = job.progress;
  const rest = startCount > 1 ? [{ label: 'times begun', value: formatCount(startCount), isBad: false }] : [];
  return {
    ratio: entryCount > 0 ? Math.min(1, doneCount / entryCount) : null,
    ...(job.state === 'cancelling' ? { stateText: 'stopping' } : {}),
    pace: warmPace(job, nowMs),
    figures: [
      { label: 'rate at most', value: formatRate(job.perSecond), isBad: false },
      {
        label: 'entries',
        value: entryCount > 0 ? formatCount(entryCount) : 'not counted yet',
        isBad: false,
      },
      {
        label: startCount > 1 ? 'gone through since begun again' : 'gone through',
        value: formatCount(doneCount),
        isBad: false,
      },
      { label: 'by', value: instance ?? 'nobody yet', isBad: false },
      // While it waits, that is how the run before ended.
      ...(stage === '' || job.state !== 'running' ? [] : [{ label: 'at', value: stage, isBad: false }]),
      ...rest,
    ],
    cancelText: 'Cancel ends the run within two seconds; what is loaded stays.',
    undoText: null,
  };
}

/** What is fresh is passed over faster than anything is loaded, so that the rate until now may tell too good an end. */
function warmPace(job: WarmJob, nowMs: number): string {
  const { entryCount, doneCount, startCount } = job.progress;
  if (job.state === 'paused') return 'passes over what is fresh once it goes on';
  const tookMs = elapsedMs(job, nowMs);
  // The time of the runs before it is not known apart.
  if (startCount > 1 || doneCount === 0 || tookMs < 1_000) return startCount > 1 ? 'begun again' : 'started';
  const left = Math.max(0, entryCount - doneCount);
  const perSecond = (doneCount * 1_000) / tookMs;
  const atMost = formatDuration((left * 1_000) / job.perSecond);
  const rate = `${formatRate(perSecond)} gone through`;
  return perSecond > job.perSecond
    ? `${rate}, ${formatDuration((left * 1_000) / perSecond)} to ${atMost} left`
    : `${rate}, about ${formatDuration((left * 1_000) / perSecond)} left`;
}

function keyFacts(job: KeyJob, nowMs: number) {
  const { progress } = job;
  const handled =
    progress.changedCount + progress.skippedCount + progress.failedCount + progress.unknownCount;
  const isTroubled = job.state === 'completed' && progress.failedCount + progress.unknownCount > 0;
  return {
    ...(isTroubled ? ({ tone: 'warning' } as const) : {}),
    ratio: progress.plannedCount > 0 ? Math.min(1, handled / progress.plannedCount) : null,
    pace: pace(job, handled, nowMs),
    figures: figures(job),
    cancelText: cancelText(job, progress.plannedCount - handled),
    undoText: undoText(job, nowMs),
  };
}

const removed = { done: 'removed', skipped: 'gone already', stays: 'already removed stay removed' };

const labels = {
  now: removed,
  soft: { done: 'marked stale', skipped: 'gone, newer or not ours', stays: 'are stale and stay so' },
  staged: removed,
  spread: { done: 'set to expire', skipped: 'gone or sooner', stays: 'are set to expire and will' },
  repair: { done: 'taken out', skipped: 'stored meanwhile', stays: 'taken out of the index stay so' },
  replay: { done: 'replayed', skipped: 'gone already', stays: 'that are back in the stream stay there' },
  drop: { done: 'dropped', skipped: 'gone already', stays: 'dropped stay so' },
  undo: { done: 'brought back', skipped: 'newer or expired', stays: 'already back stay' },
} as const;

function labelsOf(job: KeyJob) {
  if (job.kind === 'letters') return labels[job.act];
  return labels[job.kind === 'purge' ? job.method.how : job.kind];
}

function figures(job: KeyJob): readonly JobFigure[] {
  const { progress } = job;
  const { done, skipped } = labelsOf(job);
  const figure = (label: string, count: number, isBad = false) => ({
    label,
    value: formatCount(count),
    isBad,
  });
  return [
    figure('planned', progress.plannedCount),
    figure(done, progress.changedCount),
    figure(skipped, progress.skippedCount),
    figure('failed', progress.failedCount, progress.failedCount > 0),
    figure('not known', progress.unknownCount, progress.unknownCount > 0),
  ];
}

function pace(job: KeyJob, handled: number, nowMs: number): string {
  const tookMs = elapsedMs(job, nowMs);
  if (handled === 0 || tookMs < 1_000) return 'started';
  if (job.kind === 'purge' && job.method.how === 'staged') return stagesLeft(job.method.overMs - tookMs);
  return paceOf({ handled, planned: job.progress.plannedCount, tookMs });
}

interface Paced {
  readonly handled: number;
  readonly planned: number;
  readonly tookMs: number;
}

function paceOf({ handled, planned, tookMs }: Paced): string {
  if (handled === 0 || tookMs < 1_000) return 'started';
  const perSecond = (handled * 1_000) / tookMs;
  const left = Math.max(0, planned - handled);
  return `${formatRate(perSecond)}, about ${formatDuration((left * 1_000) / perSecond)} left`;
}

/** The first stages are slow on purpose, so that the rate until now tells nothing of the end. */
function stagesLeft(leftMs: number): string {
  return leftMs > 0 ? `${formatDuration(leftMs)} left as planned` : 'later than planned, since it waited';
}

function cancelText(job: KeyJob, left: number): string {
  const kept = formatCount(Math.max(0, left));
  const done = formatCount(job.progress.changedCount);
  return `Cancel ends the job after the running batch: ${done} ${labelsOf(job).stays}, about ${kept} are kept.`;
}

function undoText(job: KeyJob, nowMs: number): string | null {
  if (job.kind !== 'purge' || job.undoUntilMs === null || job.undoUntilMs <= nowMs) return null;
  return `What it removed is kept for ${formatDuration(job.undoUntilMs - nowMs)} more.`;
}
