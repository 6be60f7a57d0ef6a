import { describe, expect, test } from 'vitest';
import type { HistoryStore, TtlPoint } from '#server/history/historyStore.ts';
import { TTL_BOUNDS_SECONDS } from '#shared/histogram/ttlHistogram.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS, START_MS, TARGET } from './historyPoints.ts';

interface OpenedHistory {
  readonly store: () => HistoryStore;
  readonly setNow: (atMs: number) => void;
  readonly reopen: () => void;
}

function point(pattern: string | null, first: number, counts: readonly number[] = [1, 0, 300]): TtlPoint {
  const bucketCounts = TTL_BOUNDS_SECONDS.map((_, index) => counts[index - first] ?? 0);
  const sum = counts.reduce((all, count) => all + count, 0);
  return { pattern, bucketCounts, noTtlCount: 7, sampledCount: sum + 7, isExact: false };
}

/** What every engine must know of TTL histograms of the past. Part of `describeHistoryStore`. */
export function describeTtlBaselines({ store, setNow, reopen }: OpenedHistory): void {
  describe('TTL histograms of the past', () => {
    test('gives back the first of each hour, of all keys and of a pattern', () => {
      store().recordTtl(TARGET, START_MS + MINUTE_MS, [point(null, 3), point('a', 5)]);
      store().recordTtl(TARGET, START_MS + 2 * MINUTE_MS, [point(null, 9), point('a', 9), point('late', 9)]);
      store().recordTtl(TARGET, START_MS + HOUR_MS, [point(null, 20)]);
      reopen();
      const at = (pattern: string | null, atMs: number) =>
        store().ttlBefore(TARGET, pattern, START_MS + atMs);
      expect(at(null, 30 * MINUTE_MS)).toEqual({
        sampledAtMs: START_MS + MINUTE_MS,
        bucketCounts: point(null, 3).bucketCounts,
        noTtlCount: 7,
        sampledCount: 308,
        isExact: false,
      });
      expect(at('a', 3 * HOUR_MS)?.bucketCounts).toEqual(point('a', 5).bucketCounts);
      expect(at('late', 2 * MINUTE_MS)?.sampledAtMs).toBe(START_MS + 2 * MINUTE_MS);
      expect(at(null, 90 * MINUTE_MS)?.bucketCounts).toEqual(point(null, 20).bucketCounts);
    });

    test('knows nothing of before the first, of what is long gone, of other patterns, and of other targets', () => {
      store().recordTtl(TARGET, START_MS + MINUTE_MS, [point(null, 3), point('a', 5)]);
      expect(store().ttlBefore(TARGET, null, START_MS)).toBeNull();
      expect(store().ttlBefore(TARGET, null, START_MS + 4 * HOUR_MS)).toBeNull();
      expect(store().ttlBefore(TARGET, 'b', START_MS + 2 * MINUTE_MS)).toBeNull();
      expect(store().ttlBefore('other', null, START_MS + 2 * MINUTE_MS)).toBeNull();
    });

    test('keeps large counts, empty histograms, and all of them for 32 days', () => {
      store().recordTtl(TARGET, START_MS, [
        point('large', 0, [127, 128, 16_384, 2 ** 31]),
        point('none', 0, []),
      ]);
      setNow(START_MS + 31 * DAY_MS);
      store().maintain(START_MS + 31 * DAY_MS);
      expect(store().ttlBefore(TARGET, 'large', START_MS)?.bucketCounts.slice(0, 5)).toEqual([
        ...[127, 128, 16_384, 2 ** 31],
        0,
      ]);
      expect(store().ttlBefore(TARGET, 'none', START_MS)?.bucketCounts).toEqual(
        TTL_BOUNDS_SECONDS.map(() => 0),
      );
      store().maintain(START_MS + 33 * DAY_MS);
      expect(store().ttlBefore(TARGET, 'large', START_MS)).toBeNull();
    });

    test('keeps the 1,000 patterns with the most sampled keys', () => {
      const many = Array.from({ length: 1_200 }, (_, index) => point(`p${index}`, 4, [index + 1]));
      store().recordTtl(TARGET, START_MS, [point(null, 4, [999_999]), ...many]);
      expect(store().ttlBefore(TARGET, 'p1199', START_MS)?.sampledCount).toBe(1_207);
      expect(store().ttlBefore(TARGET, 'p0', START_MS)).toBeNull();
    });
  });
}
