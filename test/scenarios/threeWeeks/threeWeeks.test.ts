import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ratePerSecond, ratioOfSteps } from '#client/charts/seriesMath.ts';
import { derivePatternRows } from '#server/api/patterns/derivePatternRows.ts';
import { gatherPatterns } from '#server/api/patterns/gatherPatterns.ts';
import { packRatios, unpackRatios } from '#shared/ratioText.ts';
import { MAX_SERIES_POINTS, type Series } from '#shared/series.ts';
import { compareSpan, type TimeSpan } from '#shared/timeRange.ts';
import { generatedPattern } from '#test/support/history/generateHistory.ts';
import {
  extremeOf,
  lastOf,
  rateOf,
  ratioOf,
  SlowHistory,
  stepRatio,
  sumOf,
  valuesOf,
} from '#test/support/history/slowHistory.ts';
import {
  DAY_MS,
  DELETED_HOUR_MS,
  HOUR_MS,
  MINUTE_MS,
  MISSING_HOUR_MS,
  NOW_MS,
  recordThreeWeeks,
  TARGET,
  type ThreeWeeks,
} from './recordThreeWeeks.ts';

let weeks: ThreeWeeks;

beforeAll(() => {
  weeks = recordThreeWeeks(20_261_122);
}, 240_000);
afterAll(() => weeks[Symbol.dispose]());

const last = (lengthMs: number): TimeSpan => ({ fromMs: NOW_MS - lengthMs, toMs: NOW_MS });

const ranges: readonly (readonly [string, TimeSpan])[] = [
  ['the last 15 minutes', last(HOUR_MS / 4)],
  ['the last hour', last(HOUR_MS)],
  ['the last 6 hours', last(6 * HOUR_MS)],
  ['the last 24 hours', last(DAY_MS)],
  ['the last 7 days', last(7 * DAY_MS)],
  ['the last 21 days', last(21 * DAY_MS)],
  ['the last 30 days, of which 9 are before the history', last(30 * DAY_MS)],
  ['the hour that was not recorded, with one around it', spanAround(MISSING_HOUR_MS)],
  ['a day two weeks ago', { fromMs: NOW_MS - 14 * DAY_MS, toMs: NOW_MS - 13 * DAY_MS }],
];
/** The busiest, one whose service is away now and then, the idle one, and everything. */
const patterns = [generatedPattern(0), generatedPattern(1), generatedPattern(5), null];

function spanAround(hourMs: number): TimeSpan {
  return { fromMs: hourMs - HOUR_MS, toMs: hourMs + 2 * HOUR_MS };
}

/** Sums of floating point differ by their order; ratios and rates are kept to four digits. */
function expectValues(found: Series, expected: readonly (number | null)[], tolerance = 1e-9): void {
  expect(found.values.map((value) => value === null)).toEqual(expected.map((value) => value === null));
  const worst = found.values.reduce<number>((max, value, index) => {
    const off = Math.abs((value ?? 0) - (expected[index] ?? 0)) / Math.max(1, Math.abs(expected[index] ?? 0));
    return Math.max(max, off);
  }, 0);
  expect(worst).toBeLessThanOrEqual(tolerance);
}

/** Ten seconds, or minutes where those are gone. */
function isFinest({ fromMs, stepMs }: Series): boolean {
  return stepMs === 10_000 || (stepMs === 60_000 && fromMs < NOW_MS - 2 * DAY_MS);
}

/** What hours know of what they hide: all but the last two minutes. */
function settled({ stepMs }: Series, slow = weeks.slow): SlowHistory {
  return stepMs < HOUR_MS ? slow : slow.before(Math.floor((NOW_MS - MINUTE_MS) / MINUTE_MS) * MINUTE_MS);
}

/** The steps answer the span, whichever were chosen. */
function expectGrid({ fromMs, stepMs, values }: Series, span: TimeSpan): void {
  expect(values.length).toBeLessThanOrEqual(MAX_SERIES_POINTS);
  expect(fromMs % stepMs).toBe(0);
  expect(fromMs).toBeGreaterThanOrEqual(span.fromMs);
  expect(fromMs).toBeLessThan(span.fromMs + stepMs);
  const endMs = fromMs + values.length * stepMs;
  expect(endMs).toBeGreaterThanOrEqual(span.toMs);
  expect(endMs).toBeLessThan(span.toMs + stepMs);
}

describe.each(ranges)('over %s', (_, span) => {
  test.each(patterns)('the curves of %s are those of the points', (pattern) => {
    for (const asked of [span, compareSpan(span, 'before'), compareSpan(span, 'lastWeek')]) {
      if (asked === null) throw new Error('nothing to compare with');
      const found = weeks.history.trafficSeries(TARGET, pattern, asked, MAX_SERIES_POINTS);
      expectGrid(found.hits, asked);
      const cells = weeks.slow.traffic(pattern, found.hits);
      const sum = (of: 'hits' | 'misses' | 'loads' | 'loadMs' | 'puts') =>
        valuesOf(
          cells,
          sumOf((point) => point[of]),
        );
      expectValues(found.hits, sum('hits'));
      expectValues(found.misses, sum('misses'));
      expectValues(found.loads, sum('loads'));
      expectValues(found.loadMs, sum('loadMs'));
      expectValues(found.puts, sum('puts'));
      expectValues(
        found.coveredMs,
        valuesOf(cells, (points) => points.length * 10_000),
      );
      // As the charts draw them: summed before they are divided.
      expectValues(ratioOfSteps(found.hits, found.misses), valuesOf(cells, ratioOf));
      expectValues(
        ratePerSecond(found.misses, found.coveredMs),
        valuesOf(
          cells,
          rateOf((point) => point.misses),
        ),
      );
    }
  });

  test.each(patterns)('what the steps of %s hide is the lowest and highest of the points', (pattern) => {
    const series = weeks.history.trafficSeries(TARGET, pattern, span, MAX_SERIES_POINTS);
    const found = weeks.history.trafficExtremes(TARGET, pattern, span, MAX_SERIES_POINTS);
    if (isFinest(series.hits)) {
      expect(found).toBeNull();
      return;
    }
    const cells = settled(series.hits).traffic(pattern, series.hits);
    for (const pick of ['min', 'max'] as const) {
      const end = pick === 'min' ? 'low' : 'high';
      const rate = (of: 'hits' | 'misses' | 'loads') =>
        valuesOf(
          cells,
          extremeOf(pick, (point) => point[of] / 10),
        );
      if (found === null) throw new Error('nothing is known to be hidden');
      expectValues(found.missesPerSecond[end], rate('misses'));
      expectValues(found.loadsPerSecond[end], rate('loads'));
      expectValues(
        found.lookupsPerSecond[end],
        valuesOf(
          cells,
          extremeOf(pick, (point) => (point.hits + point.misses) / 10),
        ),
      );
      expectValues(found.hitRatio[end], valuesOf(cells, extremeOf(pick, stepRatio)), 0.000_051);
    }
  });

  test('the curves of the node are those of the points', () => {
    const found = weeks.history.nodeSeries(TARGET, null, span, MAX_SERIES_POINTS);
    expectGrid(found.hits, span);
    const cells = weeks.slow.nodes(found.hits);
    for (const metric of ['hits', 'misses', 'ownLookups', 'commands', 'expired', 'evicted'] as const) {
      expectValues(
        found[metric],
        valuesOf(
          cells,
          sumOf((node) => node[metric]),
        ),
      );
    }
    const gauges = ['keyCount', 'usedMemoryBytes', 'connectedClientCount'] as const;
    for (const metric of gauges) {
      expectValues(
        found[metric],
        valuesOf(
          cells,
          lastOf((node) => node[metric]),
        ),
      );
    }
    const hidden = weeks.history.nodeExtremes(TARGET, null, span, MAX_SERIES_POINTS);
    expect(hidden === null).toBe(isFinest(found.hits));
    const settledCells = settled(found.hits).nodes(found.hits);
    for (const pick of ['min', 'max'] as const) {
      const end = pick === 'min' ? 'low' : 'high';
      if (hidden === null) continue;
      for (const metric of gauges) {
        expectValues(
          hidden[metric][end],
          valuesOf(
            settledCells,
            extremeOf(pick, (node) => node[metric]),
          ),
        );
      }
      expectValues(
        hidden.evictedPerSecond[end],
        valuesOf(
          settledCells,
          extremeOf(pick, (node) => (node.evicted ?? 0) / 10),
        ),
      );
      expectValues(hidden.hitRatio[end], valuesOf(settledCells, extremeOf(pick, stepRatio)), 0.000_051);
    }
  });

  test('the table has the sums of the points, and their sparklines', () => {
    const before = compareSpan(span, 'before');
    const { patterns, sparkGrid } = gatherPatterns({
      snapshot: { targetId: TARGET, patterns: [] },
      history: weeks.history,
      span,
      before,
      sparkPoints: 60,
    });
    const rows = derivePatternRows(patterns);
    const hourlyEnds = (asked: TimeSpan) => (asked.toMs - asked.fromMs) / 100;
    for (const { pattern, traffic, spark } of rows) {
      if (traffic.state === 'unknown') throw new Error(`${pattern} is not known`);
      if (spark === null || sparkGrid === null) throw new Error(`${pattern} has no sparkline`);
      const curve = { ...sparkGrid, values: unpackRatios(spark) };
      const expected = valuesOf(weeks.slow.traffic(pattern, curve), ratioOf);
      expectValues(curve, unpackRatios(packRatios(expected)));
      // The ends of a span are rounded by at most 1 % of it; what lies there decides how far that reaches.
      const inner = weeks.slow.totals(pattern, shrunk(span, hourlyEnds(span)));
      const outer = weeks.slow.totals(pattern, shrunk(span, -hourlyEnds(span)));
      expect(traffic.value.lookupCount).toBeGreaterThanOrEqual(inner.hits + inner.misses);
      expect(traffic.value.lookupCount).toBeLessThanOrEqual(outer.hits + outer.misses);
    }
    const measured = weeks.slow.traffic(null, { ...span, stepMs: span.toMs - span.fromMs, values: [null] });
    expect(rows.length).toBe(measured[0]?.length === 0 ? 0 : 8);
  });
});

function shrunk({ fromMs, toMs }: TimeSpan, byMs: number): TimeSpan {
  return { fromMs: fromMs + byMs, toMs: toMs - byMs };
}

describe('an hour without measurements', () => {
  test('that was not recorded is a gap in every curve, and in no rate', () => {
    const span = spanAround(MISSING_HOUR_MS);
    const { hits, coveredMs } = weeks.history.trafficSeries(TARGET, null, span, 3);
    expect(hits.values.map((value) => value === null)).toEqual([false, true, false]);
    expect(coveredMs.values[1]).toBeNull();
    expect(weeks.history.nodeSeries(TARGET, null, span, 3).usedMemoryBytes.values[1]).toBeNull();
    const hour = { fromMs: MISSING_HOUR_MS, toMs: MISSING_HOUR_MS + HOUR_MS };
    expect(weeks.history.trafficTotals(TARGET, hour).size).toBe(0);
  });

  test('that was deleted from the file is a gap, and nothing else changes', () => {
    const db = new DatabaseSync(join(weeks.directory, 'history.sqlite'));
    const bounds = [DELETED_HOUR_MS / 1_000, (DELETED_HOUR_MS + HOUR_MS) / 1_000];
    for (const family of ['traffic', 'total', 'node']) {
      for (const level of ['10s', 'minute', 'hour', 'extremes_hour']) {
        db.prepare(`DELETE FROM ${family}_${level} WHERE at_s >= ? AND at_s < ?`).run(...bounds);
      }
    }
    db.close();
    const history = weeks.reopen();
    const isKept = (atMs: number) => atMs < DELETED_HOUR_MS || atMs >= DELETED_HOUR_MS + HOUR_MS;
    const slow = new SlowHistory(weeks.steps.filter(({ stepAtMs }) => isKept(stepAtMs)));
    for (const span of [spanAround(DELETED_HOUR_MS), last(7 * DAY_MS)]) {
      for (const pattern of patterns) {
        const { hits } = history.trafficSeries(TARGET, pattern, span, MAX_SERIES_POINTS);
        const cells = slow.traffic(pattern, hits);
        expectValues(
          hits,
          valuesOf(
            cells,
            sumOf((point) => point.hits),
          ),
        );
        const hidden = history.trafficExtremes(TARGET, pattern, span, MAX_SERIES_POINTS);
        const highest = valuesOf(
          settled(hits, slow).traffic(pattern, hits),
          extremeOf('max', (point) => point.misses / 10),
        );
        if (hidden !== null) expectValues(hidden.missesPerSecond.high, highest);
        const step = Math.floor((DELETED_HOUR_MS + HOUR_MS / 2 - hits.fromMs) / hits.stepMs);
        expect(hits.values[step]).toBeNull();
      }
    }
  });
});
