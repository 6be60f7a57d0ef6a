import { knownSteps } from '#shared/ratioText.ts';

/** When a pattern came or went within the range, epoch ms; null = it was there all the time, or nobody knows. */
export interface PatternLife {
  readonly cameAtMs: number | null;
  readonly wentAtMs: number | null;
}

/** First and last step in which any pattern had look-ups, and the steps that the curves of all share. */
export interface MeasuredSteps {
  readonly first: number;
  readonly last: number;
  readonly stepCount: number;
  readonly fromMs: number;
  readonly stepMs: number;
}

const ALWAYS: PatternLife = { cameAtMs: null, wentAtMs: null };

/** Steps by which a pattern must come later, or go earlier, than the others: scrapes of two services lie a step apart. */
const APART_STEPS = 2;

/** Look-ups in a step from which on a step without any is no accident. Ours: below it a quiet pattern would come and go. */
const MIN_PER_STEP = 10;

interface SparkRows {
  readonly sparkGrid: { readonly fromMs: number; readonly stepMs: number } | null;
  readonly rows: readonly { readonly spark: string | null }[];
}

/** Of hit ratios per step, where a step without look-ups is a gap. Null when there are none. */
export function measuredSteps({ sparkGrid, rows }: SparkRows): MeasuredSteps | null {
  let first = Number.POSITIVE_INFINITY;
  let last = -1;
  let stepCount = 0;
  for (const { spark } of rows) {
    const known = spark === null ? null : knownSteps(spark);
    if (spark === null || known === null) continue;
    stepCount = spark.length;
    if (known.first < first) first = known.first;
    if (known.last > last) last = known.last;
  }
  return last < 0 || sparkGrid === null ? null : { ...sparkGrid, first, last, stepCount };
}

/** A key that was renamed by a deploy shows as one pattern that goes and one that comes. */
export function patternLife(
  spark: string | null,
  lookupsPerSecond: number,
  all: MeasuredSteps | null,
): PatternLife {
  const known = spark === null ? null : knownSteps(spark);
  if (known === null || all === null || (lookupsPerSecond * all.stepMs) / 1_000 < MIN_PER_STEP) return ALWAYS;
  return {
    cameAtMs: known.first >= all.first + APART_STEPS ? all.fromMs + known.first * all.stepMs : null,
    wentAtMs: known.last <= all.last - APART_STEPS ? all.fromMs + (known.last + 1) * all.stepMs : null,
  };
}
