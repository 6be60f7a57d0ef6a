import { expect, test } from 'vitest';
import {
  finishedSteps,
  isLastUnfinished,
  isMeasuredEnough,
  meanRate,
  meanRatio,
  ratePerSecond,
  ratioOfSteps,
  recentSteps,
  usualOf,
} from '#client/charts/seriesMath.ts';
import type { Series } from '#shared/series.ts';

const STEP = 10_000;
const series = (...values: (number | null)[]): Series => ({ fromMs: 0, stepMs: STEP, values });

test('counts become rates, and a gap stays a gap', () => {
  const covered = series(STEP, STEP, STEP);
  expect(ratePerSecond(series(20, null, 0), covered).values).toEqual([2, null, 0]);
});

test('a step that was measured for half of its time shows no dip, and one not measured at all no zero', () => {
  expect(ratePerSecond(series(20, 10, 0), series(STEP, STEP / 2, 0)).values).toEqual([2, 2, null]);
});

test('a step without look-ups, or half measured, has no ratio', () => {
  expect(ratioOfSteps(series(3, 0, 5, null), series(1, 0, null, 2)).values).toEqual([0.75, null, null, null]);
});

test('only the last step can be unfinished, and it is left out of rates', () => {
  const counts = series(10, 10, 3);
  expect(isLastUnfinished(counts, { fromMs: 0, toMs: 24_000 })).toBe(true);
  expect(finishedSteps(counts, { fromMs: 0, toMs: 24_000 }).values).toEqual([10, 10, null]);
  expect(finishedSteps(counts, { fromMs: 0, toMs: 30_000 })).toBe(counts);
});

test('recent is the last finished minute, or one step where steps are longer', () => {
  const counts = series(1, 2, 3, 4, 5, 6, 7, 8);
  expect(recentSteps(counts, { fromMs: 0, toMs: 80_000 }).values).toEqual([3, 4, 5, 6, 7, 8]);
  expect(recentSteps(counts, { fromMs: 0, toMs: 75_000 }).values).toEqual([2, 3, 4, 5, 6, 7]);
  const hours = { ...counts, stepMs: 3_600_000 };
  expect(recentSteps(hours, { fromMs: 0, toMs: 8 * 3_600_000 }).values).toEqual([8]);
});

test('means are over what was measured only; nothing measured is not zero', () => {
  const covered = series(STEP, STEP, STEP);
  expect(meanRate(series(10, null, 30), covered)).toBe(2);
  expect(meanRate(series(null, null), covered)).toBeNull();
  expect(meanRatio(series(9, null), series(1, 5))).toBe(0.9);
  expect(meanRatio(series(0), series(0))).toBeNull();
});

test('usual is the median before the recent minute, and needs twelve steps', () => {
  const span = { fromMs: 0, toMs: 200_000 };
  const quiet = Array.from({ length: 14 }, () => 5);
  expect(usualOf(series(...quiet, 90, 90, 90, 90, 90, 90), span)).toBe(5);
  expect(usualOf(series(5, 5, 5), { fromMs: 0, toMs: 30_000 })).toBeNull();
});

test('a span with a few steps only is not enough to compare with', () => {
  expect(isMeasuredEnough(series(...Array.from({ length: 11 }, () => 1)))).toBe(false);
  expect(isMeasuredEnough(series(...Array.from({ length: 12 }, () => 0)))).toBe(true);
  expect(isMeasuredEnough(null)).toBe(false);
});
