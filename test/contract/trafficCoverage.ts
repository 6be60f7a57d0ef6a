import { describe, expect, test } from 'vitest';
import type { HistoryStore } from '#server/history/historyStore.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS, minutes, START_MS, STEP_MS, TARGET, traffic } from './historyPoints.ts';

/** The store that a test has open, empty at its start, and its clock. */
interface OpenedHistory {
  readonly store: () => HistoryStore;
  /** Epoch ms. */
  readonly setNow: (atMs: number) => void;
}

/** What every engine must know of when each pattern was measured. Part of `describeHistoryStore`. */
export function describeTrafficCoverage({ store, setNow }: OpenedHistory): void {
  describe('coverage of traffic', () => {
    test('tells a pattern that was measured and idle from one that was not, whatever else was measured', () => {
      store().recordTraffic(TARGET, START_MS, [traffic('a', { hits: 3 }), traffic('idle')]);
      store().recordTraffic(TARGET, START_MS + STEP_MS, [traffic('idle')]);
      store().recordTraffic(TARGET, START_MS + 2 * STEP_MS, []);
      const span = { fromMs: START_MS, toMs: START_MS + 4 * STEP_MS };
      const read = (pattern: string | null) => {
        const { hits, coveredMs } = store().trafficSeries(TARGET, pattern, span, 360);
        return { hits: hits.values, coveredMs: coveredMs.values };
      };
      const gap = [null, null, null, null];
      expect(read('a')).toEqual({ hits: [3, null, null, null], coveredMs: [STEP_MS, null, null, null] });
      expect(read('idle')).toEqual({ hits: [0, 0, null, null], coveredMs: [STEP_MS, STEP_MS, null, null] });
      expect(read('foreign')).toEqual({ hits: gap, coveredMs: gap });
      expect(read(null)).toEqual({ hits: [3, 0, 0, null], coveredMs: [STEP_MS, STEP_MS, STEP_MS, null] });
    });

    test('covers a step of a pattern once, however many places report it and in whatever order', () => {
      store().recordTraffic(TARGET, START_MS, [traffic('a'), traffic('b', { hits: 1 })]);
      store().recordTraffic(TARGET, START_MS, [traffic('c')]);
      store().recordTraffic(TARGET, START_MS, [traffic('a', { hits: 4 }), traffic('a', { misses: 2 })]);
      store().recordTraffic(TARGET, START_MS + STEP_MS, [
        traffic('c', { hits: 1 }),
        traffic('c', { hits: 1 }),
      ]);
      const totals = store().trafficTotals(TARGET, minutes(1));
      expect(totals.get('a')).toMatchObject({ hits: 4, misses: 2, coveredMs: STEP_MS });
      expect(totals.get('c')).toMatchObject({ hits: 2, coveredMs: 2 * STEP_MS });
      const { hits, coveredMs } = store().trafficSeries(TARGET, 'a', minutes(1), 360);
      expect(hits.values[0]).toBe(4);
      expect(coveredMs.values[0]).toBe(STEP_MS);
    });

    test('does not thin the rate of a pattern by the time in which only others were measured', () => {
      for (let step = 0; step < 12; step += 1) {
        const isRead = step < 3;
        const read = isRead ? [traffic('a', { hits: 10 })] : [];
        store().recordTraffic(TARGET, START_MS + step * STEP_MS, [traffic('idle'), ...read]);
      }
      const totals = store().trafficTotals(TARGET, minutes(10));
      expect(totals.get('a')).toMatchObject({ hits: 30, coveredMs: 3 * STEP_MS });
      expect(totals.get('idle')).toMatchObject({ hits: 0, coveredMs: 12 * STEP_MS });
      const later = { fromMs: START_MS + MINUTE_MS, toMs: START_MS + 2 * MINUTE_MS };
      expect([...store().trafficTotals(TARGET, later).keys()]).toEqual(['idle']);
    });

    test('keeps what was covered of each pattern on every step and at every age', () => {
      for (let step = 0; step < 360; step += 1) {
        const read = step % 3 === 0 ? [traffic('third', { hits: 1 })] : [];
        store().recordTraffic(TARGET, START_MS + step * STEP_MS, [traffic('idle'), ...read]);
      }
      const sum = (values: readonly (number | null)[]) =>
        values.reduce<number>((all, value) => all + (value ?? 0), 0);
      const covered = (pattern: string, maxPoints: number) =>
        sum(store().trafficSeries(TARGET, pattern, minutes(60), maxPoints).coveredMs.values);
      for (const ageMs of [HOUR_MS, 49 * HOUR_MS, 31 * DAY_MS]) {
        setNow(START_MS + ageMs);
        for (const maxPoints of [1, 6, 60, 360]) {
          expect(covered('third', maxPoints)).toBe(120 * STEP_MS);
          expect(covered('idle', maxPoints)).toBe(HOUR_MS);
        }
        expect(store().trafficTotals(TARGET, minutes(60)).get('third')).toMatchObject({
          hits: 120,
          coveredMs: 120 * STEP_MS,
        });
      }
    });

    test('answers anew about a span that is over when something is recorded into it late', () => {
      const first = { fromMs: START_MS, toMs: START_MS + 2 * STEP_MS };
      const read = () => [
        store().trafficTotals(TARGET, first).get('a')?.hits,
        store().sparklines(TARGET, first, 60).get('a')?.hits.values[1],
      ];
      store().recordTraffic(TARGET, START_MS, [traffic('a', { hits: 3 })]);
      expect(read()).toEqual([3, null]);
      store().recordTraffic(TARGET, START_MS + 5 * STEP_MS, [traffic('a', { hits: 100 })]);
      expect(read()).toEqual([3, null]);
      store().recordTraffic(TARGET, START_MS + STEP_MS, [traffic('a', { hits: 4 })]);
      expect(read()).toEqual([7, 4]);
    });

    test('gives sparklines of the patterns that were measured in the range, on one grid', () => {
      store().recordTraffic(TARGET, START_MS - HOUR_MS, [traffic('old', { hits: 9 })]);
      store().recordTraffic(TARGET, START_MS, [traffic('a', { hits: 3, misses: 1 }), traffic('idle')]);
      store().recordTraffic(TARGET, START_MS + STEP_MS, [traffic('b', { hits: 2 }), traffic('idle')]);
      const lines = store().sparklines(TARGET, { fromMs: START_MS, toMs: START_MS + 30_000 }, 60);
      expect([...lines.keys()].sort()).toEqual(['a', 'b', 'idle']);
      expect(lines.get('a')?.hits.values).toEqual([3, null, null]);
      expect(lines.get('a')?.misses.values).toEqual([1, null, null]);
      expect(lines.get('b')?.hits.values).toEqual([null, 2, null]);
      expect(lines.get('idle')?.hits.values).toEqual([0, 0, null]);
    });
  });
}
