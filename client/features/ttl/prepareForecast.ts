import { formatCompact } from '#client/lib/formatNumber.ts';
import { formatClock, formatClockMinute, formatDuration } from '#client/lib/formatTime.ts';
import type { ExpiryForecast } from '#shared/ttlHistogram.ts';

export interface ForecastBar {
  readonly fromMs: number;
  readonly toMs: number;
  /** Estimated keys that expire within the step. */
  readonly keyCount: number;
  readonly isCliff: boolean;
}

export interface ForecastModel {
  readonly bars: readonly ForecastBar[];
  readonly stepMs: number;
  readonly untilMs: number;
  /** Keys that expire within the whole forecast, estimated. */
  readonly expiringCount: number;
  /** Worst first; at most three, the rest is counted in `moreCliffs`. */
  readonly cliffs: readonly { readonly atMs: number; readonly text: string }[];
  readonly moreCliffs: number;
  readonly summary: string;
}

/**
 * A step is a cliff when it holds this many times the mean of the other steps. Ours: keys that were loaded one by one
 * expire within a factor of two of each other; a warm-up or a purge refilled at once is a factor of ten and more.
 */
const CLIFF_FACTOR = 4;
/** Sampled keys that a step must hold: 20 ± 9 at 95 %, so that a cliff is not the noise of a small sample. */
const CLIFF_MIN_SAMPLED = 20;
const SHOWN_CLIFFS = 3;

export interface ForecastInput {
  readonly forecast: ExpiryForecast;
  /** Keys for which each sampled key stands; 1 when all were read. */
  readonly keysPerSample: number;
  readonly nowMs: number;
}

/** Expiries to come, step by step, from the moment of the sample; steps that are over are left out. */
export function prepareForecast({ forecast, keysPerSample, nowMs }: ForecastInput): ForecastModel {
  const { fromMs, stepMs, keyCounts } = forecast;
  const total = keyCounts.reduce((sum, count) => sum + count, 0);
  const bars = keyCounts
    .map((keyCount, index) => ({
      fromMs: fromMs + index * stepMs,
      toMs: fromMs + (index + 1) * stepMs,
      keyCount,
      isCliff: isCliff(keyCount, (total - keyCount) / Math.max(1, keyCounts.length - 1), keysPerSample),
    }))
    .filter((bar) => bar.toMs > nowMs);
  const cliffs = bars.filter((bar) => bar.isCliff).sort((a, b) => b.keyCount - a.keyCount);
  const expiringCount = bars.reduce((sum, bar) => sum + bar.keyCount, 0);
  const untilMs = fromMs + keyCounts.length * stepMs;
  return {
    bars,
    stepMs,
    untilMs,
    expiringCount,
    cliffs: cliffs.slice(0, SHOWN_CLIFFS).map((bar) => ({ atMs: bar.fromMs, text: cliffText(bar, stepMs) })),
    moreCliffs: Math.max(0, cliffs.length - SHOWN_CLIFFS),
    summary: summaryText({ expiringCount, untilMs, isExact: keysPerSample <= 1, cliffCount: cliffs.length }),
  };
}

function isCliff(keyCount: number, othersMean: number, keysPerSample: number): boolean {
  return keyCount / Math.max(1, keysPerSample) >= CLIFF_MIN_SAMPLED && keyCount >= CLIFF_FACTOR * othersMean;
}

function cliffText(bar: ForecastBar, stepMs: number): string {
  const clock = stepMs < 60_000 ? formatClock(bar.fromMs) : formatClockMinute(bar.fromMs);
  return `about ${formatCompact(Math.round(bar.keyCount))} keys expire within ${formatDuration(stepMs)} at ${clock}`;
}

function summaryText(parts: {
  expiringCount: number;
  untilMs: number;
  isExact: boolean;
  cliffCount: number;
}): string {
  const mark = parts.isExact ? '' : '~';
  const until = formatClockMinute(parts.untilMs);
  const cliffs =
    parts.cliffCount === 0 ? 'no cliff' : parts.cliffCount === 1 ? '1 cliff' : `${parts.cliffCount} cliffs`;
  return `${mark}${formatCompact(Math.round(parts.expiringCount))} keys expire by ${until}, ${cliffs}`;
}
