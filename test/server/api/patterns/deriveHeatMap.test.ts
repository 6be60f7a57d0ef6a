import { expect, test } from 'vitest';
import { deriveHeatMap } from '#server/api/patterns/deriveHeatMap.ts';
import type { HistoryStore } from '#server/history/historyStore.ts';

const HOUR_MS = 3_600_000;
const NOW_MS = Date.UTC(2026, 10, 22, 13, 34);
const END_MS = Date.UTC(2026, 10, 22, 13);
const HOURS = 21 * 24;

type Lookups = (hoursAgo: number) => { readonly hits: number; readonly misses: number } | null;

/** `hoursAgo` 1 = the last hour that is over. */
function heatMap(patterns: Readonly<Record<string, Lookups>>) {
  const history: Pick<HistoryStore, 'sparklines'> = {
    sparklines: (_targetId, span, maxPoints) => {
      expect([span, maxPoints]).toEqual([{ fromMs: END_MS - HOURS * HOUR_MS, toMs: END_MS }, HOURS]);
      return new Map(
        Object.entries(patterns).map(([pattern, lookups]) => {
          const hours = Array.from({ length: HOURS }, (_, hour) => lookups(HOURS - hour));
          const series = (of: 'hits' | 'misses') => ({
            fromMs: span.fromMs,
            stepMs: HOUR_MS,
            values: hours.map((counts) => counts?.[of] ?? null),
          });
          return [pattern, { hits: series('hits'), misses: series('misses') }] as const;
        }),
      );
    },
  };
  return deriveHeatMap(history, 'default', NOW_MS);
}

test('an hour differs from the median of the same hour on the days before it, and from no other hour', () => {
  // At night the hit rate is lower every day; four hours ago it fell.
  const { rows, fromMs } = heatMap({
    a: (hoursAgo) => {
      if (hoursAgo === 4) return { hits: 500, misses: 500 };
      return hoursAgo % 24 < 8 ? { hits: 900, misses: 100 } : { hits: 700, misses: 300 };
    },
  });
  expect(fromMs).toBe(END_MS - 7 * 24 * HOUR_MS);
  const deviations = rows[0]?.deviations.map((value) => Math.round((value ?? 9) * 1_000) / 1_000);
  expect(deviations).toEqual(Array.from({ length: 168 }, (_, hour) => (168 - hour === 4 ? -0.4 : 0)));
  expect(rows[0]?.hitRatios.at(-4)).toBe(0.5);
});

test('gaps and hours with few look-ups are gaps, and three known days are needed to say what is usual', () => {
  const { rows } = heatMap({
    young: (hoursAgo) => (hoursAgo <= 4 * 24 ? { hits: 900, misses: 100 } : null),
    thin: (hoursAgo) => (hoursAgo === 2 ? { hits: 3, misses: 0 } : { hits: 900, misses: 100 }),
  });
  const young = rows.find(({ pattern }) => pattern === 'young');
  expect(young?.hitRatios.filter((value) => value !== null)).toHaveLength(4 * 24);
  expect(young?.deviations.filter((value) => value !== null)).toHaveLength(24);
  expect(rows.find(({ pattern }) => pattern === 'thin')?.hitRatios.at(-2)).toBeNull();
});

test('shows the 50 patterns with the most look-ups of the week and says how many there are', () => {
  const patterns = Object.fromEntries(
    Array.from({ length: 60 }, (_, index) => [`p${index}`, () => ({ hits: 1_000 + index, misses: 0 })]),
  );
  const { rows, patternCount } = heatMap({
    ...patterns,
    gone: (hoursAgo) => (hoursAgo > 200 ? { hits: 9e9, misses: 0 } : null),
  });
  expect([rows.length, patternCount, rows[0]?.pattern]).toEqual([50, 60, 'p59']);
});
