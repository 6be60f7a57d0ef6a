import { expect, it } from 'vitest';
import { previewFamily } from '#server/api/patterns/previewFamily.ts';
import { deriveSizeDistribution } from '#server/sources/deriveSampleParts.ts';
import { known, unknown } from '#shared/reading.ts';
import type { PatternSnapshot } from '#shared/snapshot.ts';
import { exact } from '#shared/statistics.ts';

const NO_TTL = { bucketCounts: [], noTtlCount: 0, sampledCount: 0, p50Ms: null, p90Ms: null, maxMs: null };
const NO_FORECAST = { fromMs: 0, stepMs: 1, keyCounts: [], sampledCount: 0, keysPerSample: 1, isExact: true };

function pattern(name: string, keyCount: number, examples: readonly string[]): PatternSnapshot {
  const sample = {
    ...{ sampledCount: 1, keyCount: exact(keyCount), bytes: null, types: [], ttl: NO_TTL },
    sizes: deriveSizeDistribution([]),
    ...{ forecast10s: NO_FORECAST, forecast1min: NO_FORECAST, examples, largest: [] },
  };
  return {
    pattern: name,
    toldSize: null,
    identity: 'pattern',
    isDeclared: false,
    traffic: unknown('notConfigured', ''),
    sample: known(sample, 0, 'sample'),
  };
}

const patterns = [
  pattern('shop:red:{id}', 100, ['shop:red:1', 'shop:red:2']),
  pattern('shop:blue:{id}', 300, ['shop:blue:1']),
  pattern('shop:{slug}', 50, ['shop:green:7', 'shop:all']),
  pattern('user:{id}', 900, ['user:1']),
];

it('gathers the patterns whose keys match, most keys first, and says which do only in part', () => {
  expect(previewFamily('shop:{colour}:{id}', patterns)).toEqual({
    merged: [
      { pattern: 'shop:blue:{id}', keyCount: 300, isWhole: true },
      { pattern: 'shop:red:{id}', keyCount: 100, isWhole: true },
      { pattern: 'shop:{slug}', keyCount: 50, isWhole: false },
    ],
    mergedCount: 3,
    keyCount: 450,
    lookedAtCount: 4,
  });
});

it('gathers nothing where no key matches', () => {
  expect(previewFamily('order:{id}', patterns)).toMatchObject({ merged: [], mergedCount: 0, keyCount: 0 });
});
