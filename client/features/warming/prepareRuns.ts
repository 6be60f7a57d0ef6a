import { formatPercent, formatPoints, formatRate } from '#client/lib/formatNumber.ts';
import { formatDuration } from '#client/lib/formatTime.ts';
import type { Unknown } from '#shared/reading.ts';
import type { PastWarm } from './warmingModel.ts';

const MINUTE_MS = 60_000;

export interface RunRow {
  readonly id: string;
  readonly run: PastWarm;
  readonly stateText: string;
  readonly tone: 'calm' | 'warning' | 'bad';
  /** What it took; null = it has no end that is known. */
  readonly tookText: string | null;
  /** What the plan said; null = an older log does not say. */
  readonly plannedText: string | null;
  /** `41.2 % to 95.0 %, +53.8 pp`, with how much of the time after it is over while not all is; or which half of it is not known. */
  readonly effectText: string | null;
  readonly whyNoEffect: Unknown | null;
}

const stateTexts: Readonly<Record<PastWarm['state'], string>> = {
  running: 'runs',
  paused: 'waits',
  cancelling: 'is being stopped',
  completed: 'completed',
  cancelled: 'cancelled',
  failed: 'failed',
  unknown: 'outcome not known',
  interrupted: 'interrupted: the server ended',
};

const tones: Readonly<Record<PastWarm['state'], RunRow['tone']>> = {
  running: 'calm',
  paused: 'warning',
  cancelling: 'warning',
  completed: 'calm',
  cancelled: 'warning',
  failed: 'bad',
  unknown: 'bad',
  interrupted: 'bad',
};

export function prepareRuns(runs: readonly PastWarm[]): readonly RunRow[] {
  return runs.map((run) => ({
    ...{ id: run.jobId, run, stateText: stateTexts[run.state], tone: tones[run.state] },
    tookText: run.endedAtMs === null ? null : formatDuration(run.endedAtMs - run.startedAtMs),
    plannedText: plannedText(run),
    ...effectOf(run),
  }));
}

function plannedText({ plannedMs, perSecond }: PastWarm): string | null {
  if (plannedMs === null || perSecond === null) return null;
  return `${formatDuration(plannedMs)} at ${formatRate(perSecond)}`;
}

function effectOf({ effect }: PastWarm): Pick<RunRow, 'effectText' | 'whyNoEffect'> {
  const { before, after } = effect;
  if (after.state === 'unknown') return { effectText: null, whyNoEffect: after };
  const now = formatPercent(after.value);
  if (before.state === 'unknown') return { effectText: `${now} after${soFar(effect)}`, whyNoEffect: before };
  const text = `${formatPercent(before.value)} to ${now}, ${formatPoints(after.value - before.value)}`;
  return { effectText: `${text}${soFar(effect)}`, whyNoEffect: null };
}

function soFar({ afterMs, spanMs }: PastWarm['effect']): string {
  if (afterMs >= spanMs) return '';
  return ` so far, ${Math.floor(afterMs / MINUTE_MS)} of ${spanMs / MINUTE_MS} min`;
}
