import { expect, test } from 'vitest';
import type { HistoryStore } from '#server/history/historyStore.ts';
import { type InvalidationPoint, invalidationMetrics } from '#server/history/invalidationPoint.ts';
import { minutes, START_MS, STEP_MS, TARGET } from './historyPoints.ts';

function point(change: Partial<InvalidationPoint>): InvalidationPoint {
  const zeros = Object.fromEntries(invalidationMetrics.map((metric) => [metric, 0]));
  return { ...named(zeros), service: 'shop', lagBuckets: null, ...change };
}

/** The overload says what `fromEntries` does not. */
function named(zeros: Record<string, number>): Record<(typeof invalidationMetrics)[number], number>;
function named(zeros: Record<string, number>): Record<string, number> {
  return zeros;
}

/** What every engine keeps of invalidations. */
export function describeInvalidationSeries(store: () => HistoryStore): void {
  test('adds up what instances of a service invalidate in a step, which it covers once', () => {
    store().recordInvalidations(TARGET, START_MS, [point({ tag: 3, lagBuckets: [1, 2] })]);
    store().recordInvalidations(TARGET, START_MS, [point({ tag: 4, lagBuckets: [1, 0] })]);
    const series = store().invalidationSeries(TARGET, 'shop', minutes(1), 360);
    expect(series.tag.values[0]).toBe(7);
    expect(series.coveredMs.values[0]).toBe(STEP_MS);
    expect(series.lagBuckets.map(({ values }) => values[0])).toEqual([2, 2, ...Array(11).fill(null)]);
    expect(series.tag.values[1]).toBeNull();
  });

  test('sums services; a count that one of them does not tell is a gap of the sum', () => {
    store().recordInvalidations(TARGET, START_MS, [
      point({ sent: 2, missed: 1 }),
      point({ service: 'orders', sent: 5, missed: null }),
    ]);
    const series = store().invalidationSeries(TARGET, null, minutes(1), 360);
    expect(series.sent.values[0]).toBe(7);
    expect(series.missed.values[0]).toBeNull();
    expect(store().invalidationSeries(TARGET, 'shop', minutes(1), 360).missed.values[0]).toBe(1);
  });
}
