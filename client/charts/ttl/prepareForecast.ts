import { formatCompact, formatCount } from '#client/lib/formatNumber.ts';
import { formatClock, formatClockMinute, formatDuration } from '#client/lib/formatTime.ts';
import type { ExpiryForecast } from '#shared/histogram/ttlHistogram.ts';
import { poisson } from '#shared/statistics.ts';

export interface ForecastBar {
  readonly fromMs: number;
  readonly toMs: number;
  /** Estimated keys that expire within the step. */
  readonly keyCount: number;
  /** `112 to 198 (95 %)`; null when every key was read. */
  readonly interval: string | null;
  /** Ends of the 95 % interval, keys; those of an exact count are the count. */
  readonly low: number;
  readonly high: number;
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
  readonly isExact: boolean;
  readonly summary: string;
  /** How many keys were read to know this. */
  readonly basis: string;
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
  readonly nowMs: number;
}

/** Expiries to come, step by step, from the moment of the sample; steps that are over are left out. */
export function prepareForecast({ forecast, nowMs }: ForecastInput): ForecastModel {
  const { fromMs, stepMs, keyCounts, keysPerSample, isExact } = forecast;
  const total = keyCounts.reduce((sum, count) => sum + count, 0);
  const bars = keyCounts
    .map((keyCount, index) => ({
      fromMs: fromMs + index * stepMs,
      toMs: fromMs + (index + 1) * stepMs,
      keyCount,
      interval: isExact ? null : intervalText(keyCount, keysPerSample),
      ...(isExact ? { low: keyCount, high: keyCount } : intervalOf(keyCount, keysPerSample)),
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
    isExact,
    summary: summaryText({ expiringCount, untilMs, isExact, keysPerSample, cliffCount: cliffs.length }),
    basis: `from ${isExact ? 'all' : 'a sample of'} ${formatCount(forecast.sampledCount)} keys`,
  };
}

/** 95 % interval of a count that was scaled up; never below what was seen. */
function intervalOf(
  keyCount: number,
  keysPerSample: number,
): { readonly low: number; readonly high: number } {
  const seenCount = Math.round(keyCount / keysPerSample);
  const { low, high } = poisson(seenCount);
  return {
    low: Math.max(Math.min(seenCount, keyCount), Math.round(low * keysPerSample)),
    high: Math.round(high * keysPerSample),
  };
}

function intervalText(keyCount: number, keysPerSample: number): string {
  const { low, high } = intervalOf(keyCount, keysPerSample);
  return `${formatCompact(low)} to ${formatCompact(high)} (95\u202f%)`;
}

function isCliff(keyCount: number, othersMean: number, keysPerSample: number): boolean {
  return keyCount / Math.max(1, keysPerSample) >= CLIFF_MIN_SAMPLED && keyCount >= CLIFF_FACTOR * othersMean;
}

function cliffText(bar: ForecastBar, stepMs: number): string {
  const about = bar.interval === null ? '' : 'about ';
  const interval = bar.interval === null ? '' : `, ${bar.interval}`;
  const clock = stepMs < 60_000 ? formatClock(bar.fromMs) : formatClockMinute(bar.fromMs);
  return `${about}${formatCompact(Math.round(bar.keyCount))} keys expire within ${formatDuration(stepMs)} at ${clock}${interval}`;
}

function summaryText(parts: {
  expiringCount: number;
  untilMs: number;
  isExact: boolean;
  keysPerSample: number;
  cliffCount: number;
}): string {
  const mark = parts.isExact ? '' : '~';
  const until = formatClockMinute(parts.untilMs);
  const cliffs =
    parts.cliffCount === 0 ? 'no cliff' : parts.cliffCount === 1 ? '1 cliff' : `${parts.cliffCount} cliffs`;
  const interval = parts.isExact ? '' : `, ${intervalText(parts.expiringCount, parts.keysPerSample)}`;
  return `${mark}${formatCompact(Math.round(parts.expiringCount))} keys expire by ${until}${interval}; ${cliffs}`;
}
