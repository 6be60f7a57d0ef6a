import { expect, test } from 'vitest';
import { splitTraffic } from '#server/api/patterns/splitTraffic.ts';
import { NO_TRAFFIC } from '#shared/traffic/trafficCounts.ts';
import type { TrafficPart } from '#shared/traffic/trafficPart.ts';

const library: TrafficPart = {
  ...NO_TRAFFIC,
  service: 'catalog',
  instance: 'c-1',
  version: '7',
  source: 'library',
  coveredMs: 600_000,
  hits: 900,
  misses: 300,
  loads: 290,
  levels: { l1: { hits: 600, misses: 600 }, l2: { hits: 300, misses: 300 } },
  missReasons: { absent: 250, expired: 40 },
};
const other: TrafficPart = {
  ...NO_TRAFFIC,
  service: 'cart',
  instance: null,
  version: null,
  source: 'bentocache',
  coveredMs: 600_000,
  hits: 100,
  misses: 20,
};

test('tells what each process counted', () => {
  const { parts } = splitTraffic([library, other], 5);
  expect(parts).toMatchObject({
    state: 'known',
    atMs: 5,
    from: 'last hour (10 min measured), cachescope/cache, bentocache',
    value: [
      { service: 'catalog', instance: 'c-1', version: '7', lookupCount: 1_200, hit: { ratio: 0.75 } },
      { service: 'cart', lookupCount: 120, hasEnoughLookups: false, lookupsPerSecond: 0.2 },
    ],
  });
});

test('the funnel and the reasons are of those that tell them, summed before divided', () => {
  const { levels, missReasons } = splitTraffic([library, { ...library, instance: 'c-2' }, other], 5);
  expect(levels).toMatchObject({
    from: 'last hour (10 min measured), cachescope/cache',
    value: {
      levels: [
        { level: 'l1', hitCount: 1_200, missCount: 1_200, hit: { ratio: 0.5 } },
        { level: 'l2', hitCount: 600, missCount: 600 },
      ],
      sourceLoadCount: 580,
    },
  });
  expect(missReasons).toMatchObject({
    value: {
      reasons: [
        { reason: 'absent', count: 500 },
        { reason: 'expired', count: 80 },
      ],
      untoldCount: 20,
    },
  });
});

test('says why something is not told', () => {
  const { levels, missReasons } = splitTraffic([other], 5);
  expect(levels).toMatchObject({ reason: 'notSupported', detail: expect.stringContaining('bentocache') });
  expect(missReasons).toMatchObject({ reason: 'notSupported' });
  expect(splitTraffic([], 5).parts).toMatchObject({ reason: 'notEnoughData' });
});
