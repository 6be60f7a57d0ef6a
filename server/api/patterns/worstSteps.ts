import type { HistoryStore } from '#server/history/historyStore.ts';
import { MIN_LOOKUP_COUNT } from '#shared/lookups.ts';
import { MAX_SERIES_POINTS, type Series } from '#shared/series.ts';
import { type Proportion, wilson } from '#shared/statistics.ts';
import type { TargetId } from '#shared/target.ts';
import type { TimeSpan } from '#shared/timeRange.ts';

/** The hour of a range in which a pattern hit least. */
export interface WorstStep {
  readonly fromMs: number;
  /** An hour, or longer where the range has more of them than are sent. */
  readonly stepMs: number;
  readonly hit: Proportion;
  readonly hits: number;
  readonly lookupCount: number;
}

const HOUR_MS = 3_600_000;

/** By pattern. None in a range that has no two hours, and none of hours with too few look-ups to tell. */
export function worstSteps(
  history: HistoryStore,
  targetId: TargetId,
  span: TimeSpan,
): ReadonlyMap<string, WorstStep> {
  const hourCount = Math.floor((span.toMs - span.fromMs) / HOUR_MS);
  const worst = new Map<string, WorstStep>();
  if (hourCount < 2) return worst;
  const lookups = history.sparklines(targetId, span, Math.min(hourCount, MAX_SERIES_POINTS));
  for (const [pattern, { hits, misses }] of lookups) {
    const found = worstOf(hits, misses);
    if (found !== null) worst.set(pattern, found);
  }
  return worst;
}

function worstOf(hits: Series, misses: Series): WorstStep | null {
  let worst: WorstStep | null = null;
  for (const [index, hitCount] of hits.values.entries()) {
    const lookupCount = (hitCount ?? 0) + (misses.values[index] ?? 0);
    if (hitCount === null || lookupCount < MIN_LOOKUP_COUNT) continue;
    const hit = wilson(hitCount, lookupCount);
    if (hit === null || (worst !== null && hit.ratio >= worst.hit.ratio)) continue;
    const fromMs = hits.fromMs + index * hits.stepMs;
    worst = { fromMs, stepMs: hits.stepMs, hit, hits: hitCount, lookupCount };
  }
  return worst;
}
