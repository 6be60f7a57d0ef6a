import { expect, test } from 'vitest';
import { recentDifferences } from '#server/api/overview/recentDifferences.ts';
import type { TrafficTotals } from '#server/history/historyStore.ts';
import type { TimeSpan } from '#shared/timeRange.ts';

const HOUR_MS = 3_600_000;
const NOW_MS = 100 * HOUR_MS;
const span = { fromMs: NOW_MS - HOUR_MS, toMs: NOW_MS };
const before = { fromMs: NOW_MS - 2 * HOUR_MS, toMs: NOW_MS - HOUR_MS };

function totals(hits: number, misses: number, coveredMs = 600_000): TrafficTotals {
  return { hits, misses, loads: misses, loadMs: 0, puts: misses, coveredMs };
}

const nothing = new Map<string, TrafficTotals>();

/** Answers by where the span begins: the span before, earlier in this one, or its end. */
function compare(
  parts: { past?: typeof nothing; earlier?: typeof nothing; recent: typeof nothing },
  more: { isLive?: boolean; before?: TimeSpan | null } = {},
) {
  const asked: TimeSpan[] = [];
  const answer = recentDifferences({
    history: {
      trafficTotals: (_target, part) => {
        asked.push(part);
        if (part.fromMs === before.fromMs) return parts.past ?? nothing;
        return part.toMs === NOW_MS ? parts.recent : (parts.earlier ?? nothing);
      },
    },
    targetId: 'default',
    span,
    before,
    isLive: true,
    servicesOf: () => ['shop'],
    ...more,
  });
  return { answer, asked };
}

const renamed = new Map([
  ['product:{locale}:{id}', totals(0, 6_000)],
  ['product:{id}', totals(0, 0)],
]);
const calm = new Map([['product:{id}', totals(5_400, 600)]]);

test('holds the last two minutes against the span before, so that an hour does not thin out what just began', () => {
  const { answer, asked } = compare({ past: calm, recent: renamed });
  expect(answer?.against).toBe('spanBefore');
  expect(answer?.over).toEqual({ fromMs: NOW_MS - 120_000, toMs: NOW_MS });
  expect(asked).toContainEqual(before);
});

test('compares with what came earlier in the range while there is no span before', () => {
  const { answer, asked } = compare({ earlier: calm, recent: renamed });
  // Ten minutes were measured before the last two; the older five are what is usual.
  expect(asked.at(-1)).toEqual({ fromMs: span.fromMs, toMs: NOW_MS - 120_000 - 300_000 });
  expect(answer?.against).toBe('thisSpan');
  expect(answer?.patterns).toMatchObject([
    { pattern: 'product:{locale}:{id}', hitRatioBefore: null, extraMissesPerSecond: 10 },
    { pattern: 'product:{id}', hitRatio: null, lookupsPerSecond: 0, lookupsPerSecondBefore: 10 },
  ]);
});

test('takes a range of the past as a whole, and only against the span before', () => {
  const fixed = compare({ past: calm, recent: renamed }, { isLive: false });
  expect(fixed.answer?.over).toEqual(span);
  expect(compare({ earlier: calm, recent: renamed }, { isLive: false }).answer).toBeNull();
});

test('compares nothing with the first minute, with nothing, or when nobody asks', () => {
  const young = new Map([['product:{id}', totals(9, 1, 60_000)]]);
  expect(compare({ earlier: young, recent: renamed }).answer).toBeNull();
  expect(compare({ recent: renamed }).answer).toBeNull();
  expect(compare({ past: calm, recent: renamed }, { before: null }).answer).toBeNull();
});
