import { expect, it } from 'vitest';
import { LATE_RATIO, NARROW_TEXT_RATIO, placeMarks } from '#client/charts/time/placeMarks.ts';
import type { Mark } from '#shared/series.ts';

const mark = (atMs: number): Mark => ({ atMs, kind: 'purge', text: `at ${atMs}` });
const span = { fromMs: 1_000, toMs: 2_000 };

const placed = (...times: number[]) =>
  placeMarks(times.map(mark), span).map(({ mark: { atMs }, hasText }) => [atMs, hasText]);

it('are those inside of the plot, at their place', () => {
  expect(placed(900, 1_000, 2_000, 2_100)).toEqual([
    [1_000, true],
    [2_000, true],
  ]);
  expect(placeMarks([mark(1_250)], span)[0]?.ratio).toBe(0.25);
});

it('the newest of those that stand close is written out', () => {
  expect(placed(1_100, 1_110, 1_120)).toEqual([
    [1_100, false],
    [1_110, false],
    [1_120, true],
  ]);
  // Words right of an early line meet those left of a late one.
  expect(placed(1_500, 1_900)).toEqual([
    [1_500, false],
    [1_900, true],
  ]);
  expect(placed(1_300, 1_900)).toEqual([
    [1_300, true],
    [1_900, true],
  ]);
});

it('on a narrow plot fewer are written out, and none reaches over an end of it', () => {
  const narrow = (...times: number[]) =>
    placeMarks(times.map(mark), span, NARROW_TEXT_RATIO).map(({ hasText }) => hasText);
  // Words take 0.4 of it; those of the second begin at its line, 0.59, and those of the first would end at 0.7.
  expect(narrow(1_300, 1_590)).toEqual([false, true]);
  expect(narrow(1_100, 1_590)).toEqual([true, true]);
  expect(LATE_RATIO).toBeGreaterThanOrEqual(NARROW_TEXT_RATIO);
  expect(LATE_RATIO + NARROW_TEXT_RATIO).toBeLessThanOrEqual(1);
});
