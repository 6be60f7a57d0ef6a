import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { HistoryStore, NodePoint, TrafficPoint } from '#server/history/historyStore.ts';

/** What an engine hands to the suite: one empty place that stores can be opened on, again and again. */
export interface HistoryPlace extends AsyncDisposable {
  /** `clock` gives epoch ms; the suite sets it. */
  open(clock: () => number): HistoryStore;
}

const TARGET = 'default';
const STEP_MS = 10_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Midnight UTC, so that every step of every engine starts here. */
const START_MS = Date.UTC(2026, 2, 2);

function traffic(pattern: string, counts: Partial<TrafficPoint> = {}): TrafficPoint {
  return { pattern, hits: 0, misses: 0, loads: 0, loadMs: 0, puts: 0, ...counts };
}

function node(nodeId: string, values: Partial<NodePoint> = {}): NodePoint {
  return {
    nodeId,
    hits: null,
    misses: null,
    ownLookups: null,
    commands: null,
    expired: null,
    evicted: null,
    keyCount: null,
    usedMemoryBytes: null,
    connectedClientCount: null,
    ...values,
  };
}

/** What every engine of the history must do. */
export function describeHistoryStore(name: string, makePlace: () => Promise<HistoryPlace>): void {
  describe(`${name} as a history store`, () => {
    let place: HistoryPlace;
    let store: HistoryStore;
    let nowMs = START_MS;

    beforeEach(async () => {
      nowMs = START_MS + 10 * MINUTE_MS;
      place = await makePlace();
      store = place.open(() => nowMs);
    });
    afterEach(async () => {
      store.close();
      await place[Symbol.asyncDispose]();
    });

    const minutes = (count: number) => ({ fromMs: START_MS, toMs: START_MS + count * MINUTE_MS });

    test('gives back what was recorded, step by step, and gaps where nothing was measured', () => {
      store.recordTraffic(TARGET, START_MS, [traffic('a', { hits: 3, misses: 1, loads: 1, loadMs: 12.5 })]);
      store.recordTraffic(TARGET, START_MS + 2 * STEP_MS, [traffic('a', { hits: 5, puts: 2 })]);
      const series = store.trafficSeries(
        TARGET,
        'a',
        { fromMs: START_MS, toMs: START_MS + 4 * STEP_MS },
        360,
      );
      expect(series.hits).toEqual({ fromMs: START_MS, stepMs: STEP_MS, values: [3, null, 5, null] });
      expect(series.misses.values).toEqual([1, null, 0, null]);
      expect(series.loads.values).toEqual([1, null, 0, null]);
      expect(series.loadMs.values).toEqual([12.5, null, 0, null]);
      expect(series.puts.values).toEqual([0, null, 2, null]);
      expect(series.coveredMs.values).toEqual([STEP_MS, null, STEP_MS, null]);
    });

    test('adds up what is recorded twice for one step, and counts its time once', () => {
      store.recordTraffic(TARGET, START_MS, [traffic('a', { hits: 3 })]);
      store.recordTraffic(TARGET, START_MS, [traffic('a', { hits: 4 }), traffic('b', { hits: 1 })]);
      const series = store.trafficSeries(TARGET, null, minutes(1), 1);
      expect(series.hits.values).toEqual([8]);
      expect(series.coveredMs.values).toEqual([STEP_MS]);
      expect(store.trafficTotals(TARGET, minutes(1)).get('a')).toEqual({
        hits: 7,
        misses: 0,
        loads: 0,
        loadMs: 0,
        puts: 0,
        coveredMs: STEP_MS,
      });
    });

    test('tells a pattern that was measured and idle from one that was not, whatever else was measured', () => {
      store.recordTraffic(TARGET, START_MS, [traffic('a', { hits: 3 }), traffic('idle')]);
      store.recordTraffic(TARGET, START_MS + STEP_MS, [traffic('idle')]);
      store.recordTraffic(TARGET, START_MS + 2 * STEP_MS, []);
      const span = { fromMs: START_MS, toMs: START_MS + 4 * STEP_MS };
      const read = (pattern: string | null) => {
        const { hits, coveredMs } = store.trafficSeries(TARGET, pattern, span, 360);
        return { hits: hits.values, coveredMs: coveredMs.values };
      };
      const gap = [null, null, null, null];
      expect(read('a')).toEqual({ hits: [3, null, null, null], coveredMs: [STEP_MS, null, null, null] });
      expect(read('idle')).toEqual({ hits: [0, 0, null, null], coveredMs: [STEP_MS, STEP_MS, null, null] });
      expect(read('foreign')).toEqual({ hits: gap, coveredMs: gap });
      expect(read(null)).toEqual({ hits: [3, 0, 0, null], coveredMs: [STEP_MS, STEP_MS, STEP_MS, null] });
    });

    test('covers a step of a pattern once, however many places report it and in whatever order', () => {
      store.recordTraffic(TARGET, START_MS, [traffic('a'), traffic('b', { hits: 1 })]);
      store.recordTraffic(TARGET, START_MS, [traffic('c')]);
      store.recordTraffic(TARGET, START_MS, [traffic('a', { hits: 4 }), traffic('a', { misses: 2 })]);
      store.recordTraffic(TARGET, START_MS + STEP_MS, [traffic('c', { hits: 1 }), traffic('c', { hits: 1 })]);
      const totals = store.trafficTotals(TARGET, minutes(1));
      expect(totals.get('a')).toMatchObject({ hits: 4, misses: 2, coveredMs: STEP_MS });
      expect(totals.get('c')).toMatchObject({ hits: 2, coveredMs: 2 * STEP_MS });
      const { hits, coveredMs } = store.trafficSeries(TARGET, 'a', minutes(1), 360);
      expect(hits.values[0]).toBe(4);
      expect(coveredMs.values[0]).toBe(STEP_MS);
    });

    test('counts only the covered time, so that an outage does not thin the rate', () => {
      for (const step of [0, 1, 2, 12, 13]) {
        store.recordTraffic(TARGET, START_MS + step * STEP_MS, [traffic('a', { hits: 10 })]);
      }
      const total = store.trafficTotals(TARGET, minutes(10)).get('a');
      expect(total).toMatchObject({ hits: 50, coveredMs: 5 * STEP_MS });
      const series = store.trafficSeries(TARGET, 'a', minutes(4), 4);
      expect(series.hits.values).toEqual([30, null, 20, null]);
      expect(series.coveredMs.values).toEqual([3 * STEP_MS, null, 2 * STEP_MS, null]);
    });

    test('does not thin the rate of a pattern by the time in which only others were measured', () => {
      for (let step = 0; step < 12; step += 1) {
        const isRead = step < 3;
        const read = isRead ? [traffic('a', { hits: 10 })] : [];
        store.recordTraffic(TARGET, START_MS + step * STEP_MS, [traffic('idle'), ...read]);
      }
      const totals = store.trafficTotals(TARGET, minutes(10));
      expect(totals.get('a')).toMatchObject({ hits: 30, coveredMs: 3 * STEP_MS });
      expect(totals.get('idle')).toMatchObject({ hits: 0, coveredMs: 12 * STEP_MS });
      const later = { fromMs: START_MS + MINUTE_MS, toMs: START_MS + 2 * MINUTE_MS };
      expect([...store.trafficTotals(TARGET, later).keys()]).toEqual(['idle']);
    });

    test('gives at most the asked number of points, aligned, whatever the range', () => {
      store.recordTraffic(TARGET, START_MS, [traffic('a', { hits: 1 })]);
      for (const lengthMs of [STEP_MS, 15 * MINUTE_MS, HOUR_MS, DAY_MS, 30 * DAY_MS, 4_000 * DAY_MS]) {
        for (const offsetMs of [0, 1, 4_321]) {
          const fromMs = START_MS + offsetMs;
          for (const maxPoints of [1, 7, 60, 360]) {
            const { hits } = store.trafficSeries(TARGET, 'a', { fromMs, toMs: fromMs + lengthMs }, maxPoints);
            expect(hits.values.length).toBeLessThanOrEqual(maxPoints);
            expect(hits.values.length).toBeGreaterThanOrEqual(1);
            expect(hits.fromMs % hits.stepMs).toBe(0);
          }
        }
      }
    });

    test('sums are the same on coarse steps as on fine ones', () => {
      nowMs = START_MS + DAY_MS;
      for (let step = 0; step < 720; step += 1) {
        store.recordTraffic(TARGET, START_MS + step * STEP_MS, [traffic('a', { hits: step, misses: 1 })]);
      }
      const span = { fromMs: START_MS, toMs: START_MS + 2 * HOUR_MS };
      const expected = (719 * 720) / 2;
      for (const maxPoints of [1, 2, 24, 120, 360, 720]) {
        const { hits } = store.trafficSeries(TARGET, 'a', span, maxPoints);
        expect(hits.values.reduce<number>((sum, value) => sum + (value ?? 0), 0)).toBe(expected);
      }
      expect(store.trafficTotals(TARGET, span).get('a')).toMatchObject({
        hits: expected,
        misses: 720,
        coveredMs: 2 * HOUR_MS,
      });
    });

    test('keeps what was covered of each pattern on every step and at every age', () => {
      for (let step = 0; step < 360; step += 1) {
        const read = step % 3 === 0 ? [traffic('third', { hits: 1 })] : [];
        store.recordTraffic(TARGET, START_MS + step * STEP_MS, [traffic('idle'), ...read]);
      }
      const sum = (values: readonly (number | null)[]) =>
        values.reduce<number>((all, value) => all + (value ?? 0), 0);
      const covered = (pattern: string, maxPoints: number) =>
        sum(store.trafficSeries(TARGET, pattern, minutes(60), maxPoints).coveredMs.values);
      for (const ageMs of [HOUR_MS, 49 * HOUR_MS, 31 * DAY_MS]) {
        nowMs = START_MS + ageMs;
        for (const maxPoints of [1, 6, 60, 360]) {
          expect(covered('third', maxPoints)).toBe(120 * STEP_MS);
          expect(covered('idle', maxPoints)).toBe(HOUR_MS);
        }
        expect(store.trafficTotals(TARGET, minutes(60)).get('third')).toMatchObject({
          hits: 120,
          coveredMs: 120 * STEP_MS,
        });
      }
    });

    test('keeps targets apart', () => {
      store.recordTraffic(TARGET, START_MS, [traffic('a', { hits: 3 })]);
      store.recordTraffic('other', START_MS, [traffic('a', { hits: 100 }), traffic('b', { hits: 1 })]);
      expect([...store.trafficTotals(TARGET, minutes(1)).keys()]).toEqual(['a']);
      expect(store.trafficSeries(TARGET, null, minutes(1), 1).hits.values).toEqual([3]);
      expect([...store.sparklines(TARGET, minutes(1), 6).keys()]).toEqual(['a']);
    });

    test('gives sparklines of the patterns that were measured in the range, on one grid', () => {
      store.recordTraffic(TARGET, START_MS - HOUR_MS, [traffic('old', { hits: 9 })]);
      store.recordTraffic(TARGET, START_MS, [traffic('a', { hits: 3, misses: 1 }), traffic('idle')]);
      store.recordTraffic(TARGET, START_MS + STEP_MS, [traffic('b', { hits: 2 }), traffic('idle')]);
      const lines = store.sparklines(TARGET, { fromMs: START_MS, toMs: START_MS + 30_000 }, 60);
      expect([...lines.keys()].sort()).toEqual(['a', 'b', 'idle']);
      expect(lines.get('a')?.hits.values).toEqual([3, null, null]);
      expect(lines.get('a')?.misses.values).toEqual([1, null, null]);
      expect(lines.get('b')?.hits.values).toEqual([null, 2, null]);
      expect(lines.get('idle')?.hits.values).toEqual([0, 0, null]);
    });

    test('adds what was not known to what is, without taking it for zero', () => {
      store.recordNodes(TARGET, START_MS, [node('n1', { hits: 4, keyCount: 10 })]);
      store.recordNodes(TARGET, START_MS, [node('n1', { hits: null, misses: 2, keyCount: 12 })]);
      store.recordNodes(TARGET, START_MS + STEP_MS, [node('n1', { keyCount: null })]);
      const series = store.nodeSeries(TARGET, 'n1', { fromMs: START_MS, toMs: START_MS + 3 * STEP_MS }, 360);
      expect(series.hits.values).toEqual([4, null, null]);
      expect(series.misses.values).toEqual([2, null, null]);
      expect(series.evicted.values).toEqual([null, null, null]);
      expect(series.keyCount.values).toEqual([12, null, null]);
      expect(series.coveredMs.values).toEqual([STEP_MS, STEP_MS, null]);
    });

    test('keeps the last known value of a gauge in a coarse step', () => {
      store.recordNodes(TARGET, START_MS, [node('n1', { usedMemoryBytes: 900 })]);
      store.recordNodes(TARGET, START_MS + STEP_MS, [node('n1', { usedMemoryBytes: 700 })]);
      store.recordNodes(TARGET, START_MS + 2 * STEP_MS, [node('n1', { usedMemoryBytes: null })]);
      expect(store.nodeSeries(TARGET, 'n1', minutes(1), 1).usedMemoryBytes.values).toEqual([700]);
    });

    test('sums nodes, and makes a gap where one of those read does not know', () => {
      store.recordNodes(TARGET, START_MS, [node('n1', { hits: 4 }), node('n2', { hits: 6 })]);
      store.recordNodes(TARGET, START_MS + STEP_MS, [node('n1', { hits: 4 }), node('n2')]);
      store.recordNodes(TARGET, START_MS + 2 * STEP_MS, [node('n1', { hits: 5 })]);
      const series = store.nodeSeries(TARGET, null, { fromMs: START_MS, toMs: START_MS + 4 * STEP_MS }, 360);
      expect(series.hits.values).toEqual([10, null, 5, null]);
      expect(series.coveredMs.values).toEqual([STEP_MS, STEP_MS, STEP_MS, null]);
    });

    test('gives the samples of a pattern, the latest of each step', () => {
      const sample = { pattern: 'a', keyCount: 100, bytes: 5_000, ttlP50Ms: null, noTtlRatio: 0.25 };
      store.recordSample(TARGET, START_MS, [sample]);
      store.recordSample(TARGET, START_MS + MINUTE_MS, [{ ...sample, keyCount: 50, ttlP50Ms: 30_000 }]);
      const fine = store.sampleSeries(TARGET, 'a', minutes(3), 3);
      expect(fine.keyCount.values).toEqual([100, 50, null]);
      expect(fine.ttlP50Ms.values).toEqual([null, 30_000, null]);
      expect(fine.noTtlRatio.values).toEqual([0.25, 0.25, null]);
      expect(store.sampleSeries(TARGET, 'a', minutes(3), 1).keyCount.values).toEqual([50]);
    });

    test('gives marks of the span in order of time', () => {
      store.recordMark(TARGET, { atMs: START_MS + 5, kind: 'restart', text: 'second' });
      store.recordMark(TARGET, { atMs: START_MS, kind: 'purge', text: 'first' });
      store.recordMark(TARGET, { atMs: START_MS + MINUTE_MS, kind: 'note', text: 'outside' });
      store.recordMark('other', { atMs: START_MS, kind: 'note', text: 'elsewhere' });
      expect(store.marks(TARGET, minutes(1))).toEqual([
        { atMs: START_MS, kind: 'purge', text: 'first' },
        { atMs: START_MS + 5, kind: 'restart', text: 'second' },
      ]);
    });

    test('takes any text for a name', () => {
      const names = [
        "'; DROP TABLE series; --",
        '"',
        '%',
        '\u{1F4A3}',
        'a\nb',
        '__proto__',
        '',
        'x'.repeat(10_000),
      ];
      store.recordTraffic(
        TARGET,
        START_MS,
        names.map((name, index) => traffic(name, { hits: index + 1 })),
      );
      const totals = store.trafficTotals(TARGET, minutes(1));
      expect(names.map((name) => totals.get(name)?.hits)).toEqual(names.map((_, index) => index + 1));
      store.close();
      store = place.open(() => nowMs);
      expect(store.trafficSeries(TARGET, names[0] ?? '', minutes(1), 1).hits.values).toEqual([1]);
    });

    test('survives numbers beyond 2^53 and takes what is no count for unknown', () => {
      store.recordNodes(TARGET, START_MS, [
        node('n1', { usedMemoryBytes: 2 ** 60, commands: 2 ** 62, hits: -1, misses: Number.NaN }),
      ]);
      store.recordNodes(TARGET, START_MS, [node('n1', { commands: 2 ** 62 })]);
      const series = store.nodeSeries(TARGET, 'n1', minutes(1), 1);
      expect(series.usedMemoryBytes.values).toEqual([2 ** 60]);
      expect(series.commands.values).toEqual([2 ** 63]);
      expect(series.hits.values).toEqual([null]);
      expect(series.misses.values).toEqual([null]);
      expect(store.state().state).toBe('recording');
    });

    test('has the same history after it is opened again', () => {
      store.recordTraffic(TARGET, START_MS, [traffic('a', { hits: 3 })]);
      store.recordNodes(TARGET, START_MS, [node('n1', { hits: 4 })]);
      store.recordMark(TARGET, { atMs: START_MS, kind: 'note', text: 'kept' });
      const read = () => [
        store.trafficSeries(TARGET, 'a', minutes(5), 360),
        [...store.trafficTotals(TARGET, minutes(5))],
        store.nodeSeries(TARGET, null, minutes(5), 360),
        store.marks(TARGET, minutes(5)),
      ];
      const before = read();
      store.close();
      store = place.open(() => nowMs);
      expect(read()).toEqual(before);
      store.recordTraffic(TARGET, START_MS, [traffic('a', { hits: 1 })]);
      expect(store.trafficTotals(TARGET, minutes(1)).get('a')).toMatchObject({ hits: 4, coveredMs: STEP_MS });
    });

    test('keeps fine steps for 48 hours, minutes for 30 days and hours for 13 months', () => {
      store.recordTraffic(TARGET, START_MS, [traffic('a', { hits: 3 })]);
      const readAfter = (ageMs: number) => {
        nowMs = START_MS + ageMs;
        for (let turn = 0; turn < 20; turn += 1) store.maintain(nowMs);
        const { hits } = store.trafficSeries(TARGET, 'a', minutes(2), 360);
        return { stepMs: hits.stepMs, first: hits.values[0] };
      };
      expect(readAfter(47 * HOUR_MS)).toEqual({ stepMs: STEP_MS, first: 3 });
      expect(readAfter(49 * HOUR_MS)).toEqual({ stepMs: MINUTE_MS, first: 3 });
      expect(readAfter(31 * DAY_MS)).toEqual({ stepMs: HOUR_MS, first: 3 });
      expect(readAfter(390 * DAY_MS)).toEqual({ stepMs: HOUR_MS, first: 3 });
      expect(readAfter(400 * DAY_MS).first).toBeNull();
    });
  });
}
