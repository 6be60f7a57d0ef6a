import { describe, expect, it } from 'vitest';
import { boundText, prepareTtlHistogram } from '#client/charts/ttl/prepareTtlHistogram.ts';
import { TTL_BOUNDS_SECONDS, type TtlDistribution, ttlBucket } from '#shared/histogram/ttlHistogram.ts';

const plain = (text: string | undefined) => text?.replaceAll('\u202f', ' ');

function distribution(ttlsMs: readonly number[], noTtlCount = 0): TtlDistribution {
  const bucketCounts = TTL_BOUNDS_SECONDS.map(() => 0);
  for (const ttlMs of ttlsMs) {
    const at = ttlBucket(ttlMs);
    bucketCounts[at] = (bucketCounts[at] ?? 0) + 1;
  }
  const sampledCount = ttlsMs.length + noTtlCount;
  const [p50Ms, p90Ms] = [ttlsMs[0] ?? null, ttlsMs.at(-1) ?? null];
  return { bucketCounts, noTtlCount, sampledCount, p50Ms, p90Ms, maxMs: p90Ms };
}

describe('prepareTtlHistogram', () => {
  it('leaves out most empty buckets at the ends and keeps those between as zeros', () => {
    const { bars } = prepareTtlHistogram(distribution([45_000, 45_000, 150_000]));
    const held = bars.slice(3, 6).map((bar) => [plain(bar.label), bar.count]);
    expect(held).toEqual([
      ['32 s to 56 s', 2],
      ['56 s to 1.7 min', 0],
      ['1.7 min to 3 min', 1],
    ]);
    expect(bars).toHaveLength(9);
  });

  it('has no bars and a whole no-TTL share when no key has a TTL', () => {
    const model = prepareTtlHistogram(distribution([], 40));
    expect(model.bars).toEqual([]);
    expect(model.noTtl?.ratio).toBe(1);
    expect(model.noTtl?.low).toBeLessThan(1);
  });

  it('shows the shares of an earlier sample beside those of now, buckets that are empty now too', () => {
    const before = distribution([45_000, 45_000, 45_000], 1);
    const { bars, noTtlShareBefore } = prepareTtlHistogram(distribution([150_000], 1), before);
    const held = bars.filter(({ count, beforeShare }) => count > 0 || (beforeShare ?? 0) > 0);
    expect(held.map(({ label, count, beforeShare }) => [plain(label), count, beforeShare])).toEqual([
      ['32 s to 56 s', 0, 0.75],
      ['1.7 min to 3 min', 1, 0],
    ]);
    expect(noTtlShareBefore).toBe(0.25);
  });

  it('has nothing to compare with where no earlier sample is, or an empty one', () => {
    for (const before of [null, distribution([])]) {
      const { bars, noTtlShareBefore } = prepareTtlHistogram(distribution([150_000]), before);
      expect(
        [...bars.map(({ beforeShare }) => beforeShare), noTtlShareBefore].every((share) => share === null),
      ).toBe(true);
    }
  });

  it('knows no share of an empty sample', () => {
    expect(prepareTtlHistogram(distribution([])).noTtl).toBeNull();
  });

  it('gives the last bucket no upper bound', () => {
    const { bars } = prepareTtlHistogram(distribution([90 * 86_400_000]));
    expect(bars.at(-1)?.toSeconds).toBeNull();
    expect(plain(bars.at(-1)?.label)).toBe('over 21 d');
  });

  it('counts shares of all sampled keys, those without a TTL too', () => {
    const { bars } = prepareTtlHistogram(distribution([1_500], 3));
    const share = bars.find(({ count }) => count > 0)?.share;
    expect(share?.ratio).toBe(0.25);
    expect([share?.low, share?.high].map((end) => end?.toFixed(2))).toEqual(['0.05', '0.70']);
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
