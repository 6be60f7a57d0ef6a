import { describe, expect, it } from 'vitest';
import { chosenTtl, prepareTtlRows, type TtlData, ttlOrder } from '#client/features/ttl/prepareTtl.ts';
import { unknown } from '#shared/reading.ts';
import { exact } from '#shared/statistics.ts';
import { TTL_BOUNDS_SECONDS, type TtlDistribution, ttlBucket } from '#shared/ttlHistogram.ts';

function distribution(ttlsMs: readonly number[], noTtlCount = 0): TtlDistribution {
  const bucketCounts = TTL_BOUNDS_SECONDS.map(() => 0);
  for (const ttlMs of ttlsMs) {
    const at = ttlBucket(ttlMs);
    bucketCounts[at] = (bucketCounts[at] ?? 0) + 1;
  }
  const sampledCount = ttlsMs.length + noTtlCount;
  return { bucketCounts, noTtlCount, sampledCount, p50Ms: ttlsMs[0] ?? null, p90Ms: ttlsMs.at(-1) ?? null };
}

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

  const names = (filter: string, sort?: string) =>
    prepareTtlRows(data, filter, ttlOrder(sort)).map(({ pattern }) => pattern.split(':')[0]);

  it('puts the largest share of keys without a TTL first, then the most keys', () => {
    expect(names('')).toEqual(['stays', 'large', 'small']);
  });

  it.each([
    ['pattern', ['large', 'small', 'stays']],
    ['-keys', ['large', 'stays', 'small']],
    ['nonsense', ['stays', 'large', 'small']],
  ])('sorts by %s', (sort, expected) => {
    expect(names('', sort)).toEqual(expected);
  });

  it('filters by text, not by expression', () => {
    expect(names('LARGE')).toEqual(['large']);
    expect(names('.*')).toEqual([]);
  });
});

describe('chosenTtl', () => {
  const data: TtlData = {
    sample: unknown('pending', 'The first sampling round has not ended yet.'),
    patterns: [{ pattern: 'a:{id}', ttl: distribution([1_000]), keyCount: exact(1), bytes: null }],
  };

  it('says when the pattern of a link is not in the sample any more', () => {
    expect(chosenTtl(data, 'gone:{id}')).toEqual({ ttl: null, isMissing: true });
  });

  it('finds the pattern', () => {
    expect(chosenTtl(data, 'a:{id}')).toMatchObject({ ttl: { sampledCount: 1 }, isMissing: false });
  });
});
