import { expect, test } from 'vitest';
import { deriveDifferences } from '#server/api/overview/deriveDifferences.ts';
import type { TrafficTotals } from '#server/history/historyStore.ts';

function totals(hits: number, misses: number, coveredMs = 60_000): TrafficTotals {
  return { hits, misses, loads: misses, loadMs: 0, puts: misses, coveredMs };
}

test('ranks patterns by extra misses a second, worst first', () => {
  const now = new Map([
    ['calm', totals(900, 100)],
    ['worse', totals(100, 900)],
  ]);
  const before = new Map([
    ['calm', totals(900, 100)],
    ['worse', totals(940, 60)],
  ]);
  const [first, second] = deriveDifferences(now, before);
  expect(first).toMatchObject({
    pattern: 'worse',
    hitRatio: 0.1,
    hitRatioBefore: 0.94,
    extraMissesPerSecond: 14,
  });
  expect(second).toMatchObject({ pattern: 'calm', extraMissesPerSecond: 0 });
});

test('counts a pattern that is new in the range from zero', () => {
  const differences = deriveDifferences(new Map([['new', totals(0, 60)]]), new Map([['old', totals(1, 0)]]));
  expect(differences).toEqual([
    expect.objectContaining({
      pattern: 'new',
      hitRatioBefore: null,
      missesPerSecondBefore: 0,
      extraMissesPerSecond: 1,
    }),
  ]);
});

test('says nothing when the span before was not measured', () => {
  expect(deriveDifferences(new Map([['a', totals(1, 1)]]), new Map())).toEqual([]);
  expect(deriveDifferences(new Map([['a', totals(1, 1)]]), new Map([['a', totals(0, 0, 0)]]))).toEqual([]);
});
