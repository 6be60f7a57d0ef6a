import { expect, test } from 'vitest';
import { deriveOrigins } from '#server/api/patterns/deriveOrigins.ts';
import type { OriginTotals } from '#server/history/historyStore.ts';
import { NO_TRAFFIC } from '#shared/traffic/trafficCounts.ts';

function origin(pattern: string, version: string, counts: Partial<OriginTotals>): OriginTotals {
  return {
    ...NO_TRAFFIC,
    ...{ pattern, version, service: 'shop', source: 'library', identity: 'pattern', coveredMs: 60_000 },
    ...counts,
  };
}

const origins = [
  origin('a', '1', { hits: 10, coveredMs: 30_000, missReasons: { expired: 1 } }),
  origin('b', '1', {
    hits: 5,
    misses: 2,
    missReasons: { expired: 2 },
    levels: { l1: { hits: 5, misses: 2 } },
  }),
  origin('b', '2', { hits: 100 }),
];

test('all patterns of a version are one row, over the longest that any of it was measured', () => {
  expect(deriveOrigins(origins, undefined)).toMatchObject([
    { version: '2', hits: 100, coveredMs: 60_000 },
    {
      ...{ version: '1', hits: 15, misses: 2, coveredMs: 60_000 },
      ...{ missReasons: { expired: 3 }, levels: { l1: { hits: 5, misses: 2 } } },
    },
  ]);
});

test('one pattern has rows of its own', () => {
  expect(deriveOrigins(origins, 'a')).toMatchObject([{ version: '1', hits: 10, coveredMs: 30_000 }]);
  expect(deriveOrigins(origins, 'c')).toEqual([]);
});
