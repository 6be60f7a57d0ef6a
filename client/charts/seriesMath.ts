import { hitRatio } from '#shared/lookups.ts';
import type { Series } from '#shared/series.ts';
import type { TimeSpan } from '#shared/timeRange.ts';

/**
 * Counts of each step as amounts per second of the time that was measured in it (`coveredMs`, on the same grid): a step that is
 * unfinished, or was interrupted, shows no dip.
 */
export function ratePerSecond(counts: Series, coveredMs: Series): Series {
  const values = counts.values.map((count, index) => {
    const covered = coveredMs.values[index] ?? 0;
    return count === null || covered <= 0 ? null : (count * 1_000) / covered;
  });
  return { ...counts, values };
}

/** Hits / look-ups of each step, 0-1; a step without look-ups is a gap. */
export function ratioOfSteps(hits: Series, misses: Series): Series {
  const values = hits.values.map((hit, index) => {
    const miss = misses.values[index] ?? null;
    return hit === null || miss === null ? null : hitRatio({ hits: hit, misses: miss });
  });
  return { ...hits, values };
}

/** True when the last step had not ended at the end of the span: it counts less than its neighbours. */
export function isLastUnfinished(series: Series, span: TimeSpan): boolean {
  return series.values.length > 0 && series.fromMs + series.values.length * series.stepMs > span.toMs;
}

/** The series with an unfinished last step as a gap: a falling edge there would be a lie. */
export function finishedSteps(series: Series, span: TimeSpan): Series {
  if (!isLastUnfinished(series, span)) return series;
  return { ...series, values: [...series.values.slice(0, -1), null] };
}

/** Amount per second over the known steps of a series of counts; null when nothing is known. */
export function meanRate(counts: Series, coveredMs: Series): number | null {
  let sum = 0;
  let covered = 0;
  counts.values.forEach((count, index) => {
    if (count === null) return;
    sum += count;
    covered += coveredMs.values[index] ?? 0;
  });
  return covered <= 0 ? null : (sum * 1_000) / covered;
}

/** How much of the end counts as "now". */
const RECENT_MS = 60_000;

/** The last finished steps that cover `RECENT_MS` (one, where steps are longer). Gaps stay in. */
export function recentSteps(series: Series, span: TimeSpan): Series {
  const finished = isLastUnfinished(series, span) ? series.values.slice(0, -1) : series.values;
  const count = Math.max(1, Math.ceil(RECENT_MS / series.stepMs));
  const start = Math.max(0, finished.length - count);
  return {
    fromMs: series.fromMs + start * series.stepMs,
    stepMs: series.stepMs,
    values: finished.slice(start),
  };
}

/** Hit ratio over all steps that have both; null without look-ups. */
export function meanRatio(hits: Series, misses: Series): number | null {
  let hitSum = 0;
  let missSum = 0;
  hits.values.forEach((hit, index) => {
    const miss = misses.values[index] ?? null;
    if (hit === null || miss === null) return;
    hitSum += hit;
    missSum += miss;
  });
  return hitRatio({ hits: hitSum, misses: missSum });
}

/** Fewest known steps that are worth calling usual, or before. */
const MIN_STEPS = 12;

/**
 * Median of the known steps apart from the recent ones: what is usual in this span, as long as what is unusual lasts for less
 * than half of it. Null when there are fewer than 12.
 */
export function usualOf(series: Series, span: TimeSpan): number | null {
  const recent = recentSteps(series, span);
  const known = series.values
    .slice(0, Math.round((recent.fromMs - series.fromMs) / series.stepMs))
    .filter((value) => value !== null)
    .sort((a, b) => a - b);
  return known.length < MIN_STEPS ? null : (known[Math.floor(known.length / 2)] ?? null);
}

/** False for a span that was hardly measured: the first minute of a server says nothing of an hour. */
export function isMeasuredEnough(series: Series | null | undefined): series is Series {
  return (series?.values.filter((value) => value !== null).length ?? 0) >= MIN_STEPS;
}

/** The last known value of a gauge; null when there is none. */
export function lastKnown(series: Series): number | null {
  return series.values.findLast((value) => value !== null) ?? null;
}

export function isKnownSomewhere(series: Series): boolean {
  return series.values.some((value) => value !== null);
}
