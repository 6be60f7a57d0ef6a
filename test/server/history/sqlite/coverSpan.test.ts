import { expect, test } from 'vitest';
import { coverSpan } from '#server/history/sqlite/coverSpan.ts';
import { trafficFamily } from '#server/history/sqlite/historySchema.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const NOW_MS = Date.UTC(2026, 5, 17, 13, 47, 23, 456);
const { levels } = trafficFamily;

function segmentsOf(fromMs: number, toMs: number) {
  return coverSpan({ span: { fromMs, toMs }, nowMs: NOW_MS, levels });
}

test('reads whole hours in the middle and finer steps towards the ends', () => {
  const segments = segmentsOf(NOW_MS - 2 * HOUR_MS, NOW_MS);
  expect(segments.map(({ level, fromMs, toMs }) => [level.name, (toMs - fromMs) / level.stepMs])).toEqual([
    ['minute', 12],
    ['hour', 1],
    ['minute', 48],
  ]);
});

test('covers each span without holes and overlaps, its ends within 1 % of the span or one finest step', () => {
  for (const lengthMs of [10_000, 15 * MINUTE_MS, HOUR_MS, DAY_MS, 7 * DAY_MS, 30 * DAY_MS, 300 * DAY_MS]) {
    const startMs = NOW_MS - lengthMs;
    const segments = segmentsOf(startMs, NOW_MS);
    expect(segments.slice(1).map(({ fromMs }) => fromMs)).toEqual(
      segments.slice(0, -1).map(({ toMs }) => toMs),
    );
    const toleratedMs = Math.max(10_000, lengthMs * 0.01);
    expect(Math.abs((segments[0]?.fromMs ?? 0) - startMs)).toBeLessThanOrEqual(toleratedMs);
    expect(Math.abs((segments.at(-1)?.toMs ?? 0) - NOW_MS)).toBeLessThanOrEqual(toleratedMs);
  }
});

test('reads hours only where minutes are no longer kept', () => {
  const segments = segmentsOf(NOW_MS - 40 * DAY_MS, NOW_MS - 40 * DAY_MS + 5 * HOUR_MS);
  expect(segments.map(({ level }) => level.name)).toEqual(['hour']);
});

test('never reads more than a few hundred steps, however long the span', () => {
  for (const lengthMs of [HOUR_MS, 6 * HOUR_MS, DAY_MS, 7 * DAY_MS, 30 * DAY_MS, 390 * DAY_MS]) {
    const steps = segmentsOf(NOW_MS - lengthMs, NOW_MS).map(
      ({ level, fromMs, toMs }) => (toMs - fromMs) / level.stepMs,
    );
    expect(steps.reduce((sum, count) => sum + count, 0)).toBeLessThan(500);
  }
});
