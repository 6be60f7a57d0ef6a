import { expect, test } from 'vitest';
import { RecentParts } from '#server/snapshot/traffic/recentParts.ts';
import type { TrafficIncrement } from '#server/sources/metrics/trafficIncrement.ts';
import { NO_TRAFFIC } from '#shared/traffic/trafficCounts.ts';

const MINUTE_MS = 60_000;

function increment(more: Partial<TrafficIncrement> = {}): TrafficIncrement {
  return {
    ...NO_TRAFFIC,
    pattern: 'a',
    identity: 'pattern',
    source: 'library',
    service: 'shop',
    instance: '1',
    version: '1',
    hits: 2,
    misses: 1,
    ...more,
  };
}

test('sums by process over the time in which it was counted', () => {
  const parts = new RecentParts();
  parts.add(0, 5_000, [increment(), increment({ version: '2', missReasons: { absent: 1 } })]);
  parts.add(5_000, 10_000, [increment(), increment({ pattern: 'b' })]);
  expect(parts.partsOf('a', 10_000)).toMatchObject([
    {
      service: 'shop',
      instance: '1',
      version: '1',
      source: 'library',
      hits: 4,
      misses: 2,
      coveredMs: 10_000,
    },
    { version: '2', hits: 2, missReasons: { absent: 1 }, coveredMs: 10_000 },
  ]);
});

test('keeps at most the last hour', () => {
  const parts = new RecentParts();
  for (let minute = 0; minute < 180; minute += 1) {
    parts.add(minute * MINUTE_MS, (minute + 1) * MINUTE_MS - 1, [increment()]);
  }
  const [only] = parts.partsOf('a', 180 * MINUTE_MS - 1);
  expect(only?.coveredMs).toBeLessThanOrEqual(60 * MINUTE_MS);
  expect(only?.coveredMs).toBeGreaterThan(44 * MINUTE_MS);
  expect(only?.hits).toBe(2 * Math.round((only?.coveredMs ?? 0) / MINUTE_MS));
  expect(parts.partsOf('a', 300 * MINUTE_MS)).toEqual([]);
});
