import type { MeasuredSteps } from '#shared/patternTable/patternTable.ts';
import { knownSteps } from '#shared/ratioText.ts';

/** When a pattern came or went within the range, epoch ms; null = it was there all the time, or nobody knows. */
export interface PatternLife {
  readonly cameAtMs: number | null;
  readonly wentAtMs: number | null;
}

const ALWAYS: PatternLife = { cameAtMs: null, wentAtMs: null };

/** Steps by which a pattern must come later, or go earlier, than the others: scrapes of two services lie a step apart. */
const APART_STEPS = 2;

/** Look-ups in a step from which on a step without any is no accident. Ours: below it a quiet pattern would come and go. */
const MIN_PER_STEP = 10;

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
