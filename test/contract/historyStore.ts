import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { HistoryStore } from '#server/history/historyStore.ts';
import {
  DAY_MS,
  HOUR_MS,
  MINUTE_MS,
  minutes,
  node,
  START_MS,
  STEP_MS,
  TARGET,
  traffic,
} from './historyPoints.ts';
import { describeInvalidationSeries } from './invalidationSeries.ts';
import { describeTrafficCoverage } from './trafficCoverage.ts';
import { describeTrafficOrigins } from './trafficOrigins.ts';
import { describeTtlBaselines } from './ttlBaselines.ts';

/** What an engine hands to the suite: one empty place that stores can be opened on, again and again. */
export interface HistoryPlace extends AsyncDisposable {
  /** `clock` gives epoch ms; the suite sets it. */
  open(clock: () => number): HistoryStore;
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

    const opened = {
      store: () => store,
      setNow: (atMs: number) => {
        nowMs = atMs;
      },
      reopen: () => {
        store.close();
        store = place.open(() => nowMs);
      },
    };
    describeTrafficCoverage(opened);
    describeTrafficOrigins(opened);
    describeTtlBaselines(opened);
    describeInvalidationSeries(() => store);

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

    test('sums what services count, and neither a whole Redis nor a probe of it', () => {
      const whole = { ...traffic('(whole Redis)', { hits: 100 }), identity: 'instance' as const };
      store.recordTraffic(TARGET, START_MS, [traffic('a', { hits: 4 }), whole]);
      store.recordTraffic(TARGET, START_MS + STEP_MS, [whole]);
      const series = store.trafficSeries(TARGET, null, minutes(1), 6);
      expect(series.hits.values).toEqual([4, null, null, null, null, null]);
      expect(store.trafficTotals(TARGET, minutes(1)).get('(whole Redis)')?.hits).toBe(200);
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

    test('keeps targets apart', () => {
      store.recordTraffic(TARGET, START_MS, [traffic('a', { hits: 3 })]);
      store.recordTraffic('other', START_MS, [traffic('a', { hits: 100 }), traffic('b', { hits: 1 })]);
      expect([...store.trafficTotals(TARGET, minutes(1)).keys()]).toEqual(['a']);
      expect(store.trafficSeries(TARGET, null, minutes(1), 1).hits.values).toEqual([3]);
      expect([...store.sparklines(TARGET, minutes(1), 6).keys()]).toEqual(['a']);
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
      store.recordMark(TARGET, { atMs: START_MS, kind: 'purge', text: 'first', auditSequence: 7 });
      store.recordMark(TARGET, { atMs: START_MS + MINUTE_MS, kind: 'note', text: 'outside' });
      store.recordMark('other', { atMs: START_MS, kind: 'note', text: 'elsewhere' });
      expect(store.marks(TARGET, minutes(1))).toEqual([
        { atMs: START_MS, kind: 'purge', text: 'first', auditSequence: 7 },
        { atMs: START_MS + 5, kind: 'restart', text: 'second' },
      ]);
    });

    test('gives what reaches into the span of each breaker, whole, also after it is opened again', () => {
      const name = { service: 'shop', instance: null, breaker: "shop's", source: 'opossum' as const };
      const stretch = (state: 'open' | 'closed', fromMs: number, toMs: number) => ({
        ...{ ...name, state, fromMs: START_MS + fromMs, toMs: START_MS + toMs },
      });
      store.recordBreakers(TARGET, [stretch('closed', -90_000, -60_001), stretch('open', -60_000, 5_000)]);
      store.recordBreakers(TARGET, [stretch('open', -60_000, 9_000), stretch('closed', 9_000, 9_000)]);
      store.recordBreakers(TARGET, [{ ...stretch('open', 0, 1), instance: 'other' }]);
      store.recordBreakers('other', [stretch('open', 0, 1)]);
      const read = () => store.breakerStretches(TARGET, minutes(1));
      const expected = [
        stretch('open', -60_000, 9_000),
        stretch('closed', 9_000, 9_000),
        { ...stretch('open', 0, 1), instance: 'other' },
      ];
      expect(read()).toEqual(expected);
      store.close();
      store = place.open(() => nowMs);
      store.recordMark(TARGET, { atMs: START_MS, kind: 'breaker', text: 'shop: breaker opened' });
      expect(read()).toEqual(expected);
      expect(store.marks(TARGET, minutes(1))).toMatchObject([{ kind: 'breaker' }]);
      store.maintain(START_MS + 33 * 86_400_000);
      expect(read()).toEqual([]);
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
