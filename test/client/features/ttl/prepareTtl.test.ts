import { describe, expect, it } from 'vitest';
import { boundText, prepareTtl, prepareTtlRows, type TtlData } from '#client/features/ttl/prepareTtl.ts';
import { unknown } from '#shared/reading.ts';
import { exact } from '#shared/statistics.ts';
import { TTL_BOUNDS_SECONDS, type TtlDistribution, ttlBucket } from '#shared/ttlHistogram.ts';

const plain = (text: string | undefined) => text?.replaceAll('\u202f', ' ');

function distribution(ttlsMs: readonly number[], noTtlCount = 0): TtlDistribution {
  const bucketCounts = TTL_BOUNDS_SECONDS.map(() => 0);
  for (const ttlMs of ttlsMs) {
    const at = ttlBucket(ttlMs);
    bucketCounts[at] = (bucketCounts[at] ?? 0) + 1;
  }
  const sampledCount = ttlsMs.length + noTtlCount;
  return { bucketCounts, noTtlCount, sampledCount, p50Ms: ttlsMs[0] ?? null, p90Ms: ttlsMs.at(-1) ?? null };
}

describe('prepareTtl', () => {
  it('leaves out empty buckets at the ends and keeps those between as zeros', () => {
    const { bars } = prepareTtl(distribution([45_000, 45_000, 150_000]));
    expect(bars.map((bar) => [plain(bar.label), bar.count])).toEqual([
      ['32 s to 56 s', 2],
      ['56 s to 1.7 min', 0],
      ['1.7 min to 3 min', 1],
    ]);
  });

  it('has no bars and a whole no-TTL share when no key has a TTL', () => {
    const model = prepareTtl(distribution([], 40));
    expect(model.bars).toEqual([]);
    expect(model.noTtl?.ratio).toBe(1);
    expect(model.noTtl?.low).toBeLessThan(1);
  });

  it('knows no share of an empty sample', () => {
    expect(prepareTtl(distribution([])).noTtl).toBeNull();
  });

  it('gives the last bucket no upper bound', () => {
    const { bars } = prepareTtl(distribution([90 * 86_400_000]));
    expect(bars[0]?.toSeconds).toBeNull();
    expect(plain(bars[0]?.label)).toBe('over 21 d');
  });

  it('counts shares of all sampled keys, those without a TTL too', () => {
    const { bars } = prepareTtl(distribution([1_500], 3));
    expect(bars[0]?.ratio).toBe(0.25);
  });
});

describe('boundText', () => {
  it.each([
    [1, '1 s'],
    [5.6, '5.6 s'],
    [100, '1.7 min'],
    [3_200, '53 min'],
    [32_000, '8.9 h'],
    [2_592_000, '30 d'],
  ])('%d s is %s', (seconds, text) => {
    expect(plain(boundText(seconds))).toBe(text);
  });
});

describe('prepareTtlRows', () => {
  const row = (pattern: string, keys: number, noTtl: number) => ({
    pattern,
    ttl: distribution([60_000], noTtl),
    keyCount: exact(keys),
    bytes: exact(1),
  });
  const data: TtlData = {
    sample: unknown('pending', 'The first sampling round has not ended yet.'),
    patterns: [row('small:{id}', 10, 0), row('large:{id}', 900, 0), row('stays:{id}', 20, 9)],
  };

  it('puts patterns that keep the most keys without a TTL first, then the largest', () => {
    expect(prepareTtlRows(data, '').map(({ pattern }) => pattern)).toEqual([
      'stays:{id}',
      'large:{id}',
      'small:{id}',
    ]);
  });

  it('filters by text, not by expression', () => {
    expect(prepareTtlRows(data, 'LARGE')).toHaveLength(1);
    expect(prepareTtlRows(data, '.*')).toHaveLength(0);
  });
});
