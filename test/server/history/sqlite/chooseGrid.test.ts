import { expect, test } from 'vitest';
import { chooseGrid } from '#server/history/sqlite/chooseGrid.ts';
import { trafficFamily } from '#server/history/sqlite/historySchema.ts';

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** Not on the edge of any step, as the present never is. */
const NOW_MS = Date.UTC(2026, 5, 17, 13, 47, 23, 456);
const { levels } = trafficFamily;

test.each([
  [15 * MINUTE_MS, '10s', 10 * SECOND_MS, 90],
  [HOUR_MS, '10s', 10 * SECOND_MS, 360],
  [6 * HOUR_MS, 'minute', MINUTE_MS, 360],
  [DAY_MS, 'minute', 5 * MINUTE_MS, 288],
  [7 * DAY_MS, 'hour', HOUR_MS, 168],
  [30 * DAY_MS, 'hour', 2 * HOUR_MS, 360],
  [390 * DAY_MS, 'day', 2 * DAY_MS, 195],
])('answers the last %i ms from %s in steps of %i ms, %i of them', (lengthMs, level, stepMs, count) => {
  const span = { fromMs: NOW_MS - lengthMs, toMs: NOW_MS };
  expect(chooseGrid({ span, maxPoints: 360, nowMs: NOW_MS, levels })).toMatchObject({
    level: { name: level },
    stepMs,
    count,
  });
});

test('holds the bound when the range cuts a step at either end', () => {
  for (const maxPoints of [1, 2, 3]) {
    const span = { fromMs: NOW_MS - 700 * DAY_MS - 5, toMs: NOW_MS - 5 };
    for (let shiftMs = 0; shiftMs < 800 * DAY_MS; shiftMs += 37 * DAY_MS) {
      const shifted = { fromMs: span.fromMs - shiftMs, toMs: span.toMs - shiftMs };
      expect(chooseGrid({ span: shifted, maxPoints, nowMs: NOW_MS, levels }).count).toBeLessThanOrEqual(
        maxPoints,
      );
    }
  }
});

test('takes the next level where the finer one is no longer kept at the start of the span', () => {
  const at = (ageMs: number) =>
    chooseGrid({
      span: { fromMs: NOW_MS - ageMs, toMs: NOW_MS - ageMs + 10 * MINUTE_MS },
      maxPoints: 360,
      nowMs: NOW_MS,
      levels,
    }).level.name;
  expect([47 * HOUR_MS, 49 * HOUR_MS, 29 * DAY_MS, 31 * DAY_MS].map(at)).toEqual([
    '10s',
    'minute',
    'minute',
    'hour',
  ]);
});

test('ends with the step that is not over, since the latest is what an operator looks for', () => {
  const span = { fromMs: NOW_MS - HOUR_MS, toMs: NOW_MS };
  const grid = chooseGrid({ span, maxPoints: 360, nowMs: NOW_MS, levels });
  expect(grid.fromMs + grid.count * grid.stepMs).toBe(Math.ceil(NOW_MS / 10_000) * 10_000);
});
