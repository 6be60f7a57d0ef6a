import { expect, test } from 'vitest';
import { compareProbe } from '#shared/probe/compareProbe.ts';
import type { PatternProbe } from '#shared/probe/probeResult.ts';
import { wilson } from '#shared/statistics.ts';
import { seededRandom } from '#test/support/jobs/simulatedRedis.ts';

/** Ten seconds of a probe. */
function probed(hits: number, misses: number): PatternProbe {
  const hit = wilson(hits, hits + misses) ?? { ratio: 0, low: 0, high: 1 };
  return { hits, misses, hit, lookupsPerSecond: (hits + misses) / 10, attachedMs: 10_000 };
}

/** A minute of metrics. */
function counted(hits: number, misses: number, more = {}) {
  return {
    hits,
    misses,
    lookupsPerSecond: (hits + misses) / 60,
    coveredMs: 60_000,
    isAtRedis: true,
    ...more,
  };
}

test.each([
  ['the same in both', probed(800, 200), counted(4_800, 1_200), 'agree'],
  ['intervals that overlap', probed(780, 220), counted(4_800, 1_200), 'agree'],
  [
    'a difference of less than a point, however sure',
    probed(80_700, 19_300),
    counted(480_000, 120_000),
    'agree',
  ],
  ['another hit rate of as many', probed(600, 400), counted(4_800, 1_200), 'otherRate'],
  ['half as many at Redis, which misses more', probed(250, 250), counted(4_800, 1_200), 'fewerLookups'],
  ['half as many at Redis, with the same hit rate', probed(400, 100), counted(4_800, 1_200), 'agree'],
  ['twice as many at Redis', probed(1_000, 1_000), counted(4_800, 1_200), 'moreLookups'],
  [
    'twice as many at Redis, with the same hit rate',
    probed(1_600, 400),
    counted(4_800, 1_200),
    'moreLookups',
  ],
  [
    'half as many more at Redis, when metrics were perhaps read for half of what they cover',
    probed(1_200, 300),
    counted(1_600, 400, { lookupsPerSecond: 100, coveredMs: 20_000 }),
    'agree',
  ],
  ['a tenth more at Redis, as traffic changes', probed(880, 220), counted(4_800, 1_200), 'agree'],
])('%s', (_name, probe, metrics, verdict) => {
  expect(compareProbe(probe, metrics)?.verdict).toBe(verdict);
});

test('tells the difference as probe less metrics', () => {
  expect(compareProbe(probed(600, 400), counted(4_800, 1_200))?.differenceRatio).toBeCloseTo(-0.2);
});

test('compares nothing with fewer than 200 look-ups on either side', () => {
  expect(compareProbe(probed(100, 99), counted(4_800, 1_200))).toBeNull();
  expect(compareProbe(probed(800, 200), counted(100, 99))).toBeNull();
  expect(compareProbe(probed(800, 200), counted(0, 0))).toBeNull();
});

test('of thousands of patterns that are the same on both sides, chance calls next to none different', () => {
  const random = seededRandom(7);
  const look = (count: number, hitRatio: number) => {
    const hits = Array.from({ length: count }, random).filter((drawn) => drawn < hitRatio).length;
    return [hits, count - hits] as const;
  };
  const patterns = Array.from({ length: 3_000 }, () => 0.5 + random() / 2);
  const different = patterns.filter((hitRatio) => {
    const comparison = compareProbe(probed(...look(250, hitRatio)), counted(...look(1_500, hitRatio)));
    return comparison?.verdict !== 'agree';
  });
  expect(different.length).toBeLessThanOrEqual(3);
});
