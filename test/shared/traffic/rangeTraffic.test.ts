import { expect, test } from 'vitest';
import { rangeTraffic } from '#shared/traffic/rangeTraffic.ts';

const total = { hits: 900, misses: 100, loads: 80, loadMs: 1_600, puts: 80, coveredMs: 10_000 };

test('sums first, then divides', () => {
  expect(rangeTraffic(total, ['library'])).toMatchObject({
    lookupsPerSecond: 100,
    missesPerSecond: 10,
    loadsPerSecond: 8,
    loadMs: 20,
    // 8 loads a second of 20 ms each.
    sourceMsPerSecond: 160,
    lookupCount: 1_000,
    hasEnoughLookups: true,
    hit: { ratio: 0.9 },
  });
});

test('few look-ups are told, with their number', () => {
  expect(rangeTraffic({ ...total, hits: 150, misses: 49 }, [])).toMatchObject({
    lookupCount: 199,
    hasEnoughLookups: false,
  });
});

test('what a source does not count is unknown, and not zero', () => {
  const without = { ...total, loads: 0, loadMs: 0 };
  expect(rangeTraffic(without, ['bentocache'])).toMatchObject({
    loadsPerSecond: null,
    sourceMsPerSecond: null,
  });
  expect(rangeTraffic(without, ['bentocache', 'library'])).toMatchObject({
    loadsPerSecond: 0,
    loadMs: null,
    sourceMsPerSecond: 0,
  });
});

test('nothing is known of what was not measured', () => {
  expect(rangeTraffic(undefined, ['library'])).toBeNull();
  expect(rangeTraffic({ ...total, coveredMs: 0 }, ['library'])).toBeNull();
});
