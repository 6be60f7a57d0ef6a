import { expect, test } from 'vitest';
import {
  isKnownAnywhere,
  largestValue,
  prepareChartRows,
  roundTop,
  type TimeChartModel,
} from '#client/charts/chartModel.ts';
import { mergeSteps } from '#client/charts/mergeSteps.ts';
import { sparkBounds, sparkPath } from '#client/charts/sparkPath.ts';
import { timeTicks } from '#client/charts/time/timeTicks.ts';
import { cutChart } from '#client/charts/youngHistory.ts';

const model: TimeChartModel = {
  title: 'Load',
  summary: '',
  fromMs: 1_000,
  stepMs: 10,
  stepCount: 3,
  series: [
    { label: 'product:{id}.a', colour: 'blue', values: [1, null, 3] },
    { label: 'other', colour: 'base', values: [4, 5, 6] },
  ],
};

test('a gap stays null, and keys are places because labels may hold dots', () => {
  expect(prepareChartRows(model)).toEqual([
    { atMs: 1_000, s0: 1, s1: 4 },
    { atMs: 1_010, s0: null, s1: 5 },
    { atMs: 1_020, s0: 3, s1: 6 },
  ]);
});

test('the unfinished end hangs together with its line and is not part of it', () => {
  const rows = prepareChartRows({ ...model, isLastUnfinished: true });
  expect(rows.map(({ s1, u1 }) => [s1, u1])).toEqual([
    [4, null],
    [5, 5],
    [null, 6],
  ]);
});

test('the axis holds the sum of a stack, and the largest of lines', () => {
  expect(largestValue(model, true)).toBe(9);
  expect(largestValue(model, false)).toBe(6);
});

test.each([
  [0, 1],
  [0.9, 1],
  [210, 300],
  [1_000, 1_000],
  [2_410, 3_000],
])('an axis up to %d ends at %d', (max, top) => {
  expect(roundTop(max)).toBe(top);
});

test('merged bars add up, and a group with a gap is a gap', () => {
  const merged = mergeSteps({ fromMs: 0, stepMs: 10, values: [1, 2, 3, null, 5, 6, 7] }, 4);
  expect(merged).toEqual({ fromMs: 0, stepMs: 20, values: [3, null, 11, null] });
});

test('a sparkline breaks at a gap and shows a lone value', () => {
  const box = { width: 40, height: 13, min: 0, max: 1 };
  expect(sparkPath([0, 1, null, 0.5, null], box)).toBe('M0.0 11.5L10.0 1.5M30.0 6.5h1.5');
});

test('bounds of nothing are unknown, and a flat line stands in the middle', () => {
  expect(sparkBounds([null])).toBeNull();
  expect(sparkBounds([5, 5])).toEqual({ min: 4, max: 6 });
});

test('ticks are round moments inside the span, no more than asked for', () => {
  const from = Date.UTC(2026, 10, 23, 13, 17);
  const ticks = timeTicks({ fromMs: from, toMs: from + 3_600_000 }, 7);
  expect(ticks.length).toBeLessThanOrEqual(7);
  expect(ticks.map((at) => new Date(at).getMinutes() % 10)).toEqual(ticks.map(() => 0));
});

// Europe/Berlin in 2026: one hour ahead of UTC, two from 29 March to 25 October, 01:00 UTC each.
const berlin = (atMs: number) =>
  atMs >= Date.UTC(2026, 2, 29, 1) && atMs < Date.UTC(2026, 9, 25, 1) ? -120 : -60;
const clockInBerlin = (atMs: number) =>
  new Date(atMs - berlin(atMs) * 60_000).toISOString().slice(5, 16).replace('T', ' ');

test.each([
  ['7 days', Date.UTC(2026, 9, 22, 9), 7],
  ['30 days', Date.UTC(2026, 9, 10, 9), 30],
  ['7 days', Date.UTC(2026, 2, 26, 9), 7],
])('days of %s begin at midnight before and after the clocks are changed', (_span, fromMs, days) => {
  const ticks = timeTicks({ fromMs, toMs: fromMs + days * 86_400_000 }, 10, berlin);
  expect(ticks.length).toBeGreaterThan(4);
  expect(ticks.map((at) => clockInBerlin(at).slice(6))).toEqual(ticks.map(() => '00:00'));
});

test('hours go on by the new clock when it is changed, and the one that is skipped has no tick', () => {
  const spring = { fromMs: Date.UTC(2026, 2, 28, 23), toMs: Date.UTC(2026, 2, 29, 3) };
  expect(timeTicks(spring, 8, berlin).map(clockInBerlin)).toEqual([
    '03-29 00:00',
    '03-29 00:30',
    '03-29 01:00',
    '03-29 01:30',
    '03-29 03:00',
    '03-29 03:30',
    '03-29 04:00',
    '03-29 04:30',
    '03-29 05:00',
  ]);
});

test('a band is part of the rows, of the axis, and of what is cut', () => {
  const band = { label: '10 s steps', low: [0, null, 1], high: [12, null, 3] };
  expect(prepareChartRows({ ...model, band })[0]).toMatchObject({ low: 0, high: 12 });
  expect(largestValue({ ...model, band }, true)).toBe(12);
  expect(cutChart({ ...model, band }, { step: 1, beginsAtMs: null }).band?.high).toEqual([null, 3]);
});

test('a chart with nothing but gaps is known to be empty, one with a zero or a past is not', () => {
  const line = (values: readonly (number | null)[]) => ({ label: 'a', colour: 'blue' as const, values });
  const nothing = { ...model, series: [line([null, null, null])] };
  expect(isKnownAnywhere(nothing)).toBe(false);
  expect(isKnownAnywhere({ ...nothing, series: [line([null, 0, null])] })).toBe(true);
  expect(isKnownAnywhere({ ...nothing, before: line([1, null, null]) })).toBe(true);
});
