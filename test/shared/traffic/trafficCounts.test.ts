import { expect, test } from 'vitest';
import { addTraffic, NO_TRAFFIC } from '#shared/traffic/trafficCounts.ts';

test('adds what is told, and leaves absent what nobody tells', () => {
  const a = {
    ...NO_TRAFFIC,
    hits: 1,
    levels: { l1: { hits: 1, misses: 2 } },
    missReasons: { absent: 1 },
  };
  const b = {
    ...NO_TRAFFIC,
    hits: 2,
    loadMs: 3,
    levels: { l1: { hits: 1, misses: 1 }, l2: { hits: 0, misses: 4 } },
    missReasons: { bypass: 2 },
  };
  expect(addTraffic(a, b)).toEqual({
    ...NO_TRAFFIC,
    hits: 3,
    loadMs: 3,
    levels: { l1: { hits: 2, misses: 3 }, l2: { hits: 0, misses: 4 } },
    missReasons: { absent: 1, bypass: 2 },
  });
  expect(addTraffic(NO_TRAFFIC, NO_TRAFFIC)).toEqual(NO_TRAFFIC);
});
