import type { Series } from '#shared/series.ts';

/** When a pattern came or went within the range, epoch ms; null = it was there all the time, or nobody knows. */
export interface PatternLife {
  readonly cameAtMs: number | null;
  readonly wentAtMs: number | null;
}

/** First and last step in which any pattern had look-ups. */
export interface MeasuredSteps {
  readonly first: number;
  readonly last: number;
}

const ALWAYS: PatternLife = { cameAtMs: null, wentAtMs: null };

/** Steps by which a pattern must come later, or go earlier, than the others: scrapes of two services lie a step apart. */
const APART_STEPS = 2;

/** Look-ups in a step from which on a step without any is no accident. Ours: below it a quiet pattern would come and go. */
const MIN_PER_STEP = 10;

/** Of hit ratios per step, where a step without look-ups is a gap; all rows are of one grid. Null when there are none. */
export function measuredSteps(sparks: readonly Series[]): MeasuredSteps | null {
  let first = Number.POSITIVE_INFINITY;
  let last = -1;
  for (const { values } of sparks) {
    const start = values.findIndex((value) => value !== null);
    if (start < 0) continue;
    first = Math.min(first, start);
    last = Math.max(
      last,
      values.findLastIndex((value) => value !== null),
    );
  }
  return last < 0 ? null : { first, last };
}

/** A key that was renamed by a deploy shows as one pattern that goes and one that comes. */
export function patternLife(
  spark: Series | null,
  lookupsPerSecond: number,
  all: MeasuredSteps | null,
): PatternLife {
  if (spark === null || all === null) return ALWAYS;
  const { fromMs, stepMs, values } = spark;
  const first = values.findIndex((value) => value !== null);
  if (first < 0 || (lookupsPerSecond * stepMs) / 1_000 < MIN_PER_STEP) return ALWAYS;
  const last = values.findLastIndex((value) => value !== null);
  return {
    cameAtMs: first >= all.first + APART_STEPS ? fromMs + first * stepMs : null,
    wentAtMs: last <= all.last - APART_STEPS ? fromMs + (last + 1) * stepMs : null,
  };
}
