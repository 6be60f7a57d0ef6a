import { describe, expect, it } from 'vitest';
import {
  type ChosenTtl,
  chosenTtl,
  patternBasis,
  prepareTtlRows,
  type TtlData,
  ttlOrder,
} from '#client/features/ttl/prepareTtl.ts';
import {
  type ExpiryForecast,
  TTL_BOUNDS_SECONDS,
  type TtlDistribution,
  ttlBucket,
} from '#shared/histogram/ttlHistogram.ts';
import { known, unknown } from '#shared/reading.ts';
import type { SampleSummary } from '#shared/snapshot.ts';
import { exact } from '#shared/statistics.ts';

const NOW_MS = Date.UTC(2026, 10, 23, 15, 0, 0);
const plain = (text: string) => text.replaceAll('\u202f', ' ');

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

describe('prepareTtlRows', () => {
  const row = (pattern: string, keys: number, noTtl: number) => ({
    pattern,
    ttl: distribution([60_000], noTtl),
    keyCount: exact(keys),
    bytes: exact(1),
  });
  const data: TtlData = {
    sample: unknown('pending', 'The first sampling round has not ended yet.'),
    forecast: null,
    before: null,
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
  const forecast: ExpiryForecast = {
    fromMs: NOW_MS,
    stepMs: 10_000,
    keyCounts: [7],
    sampledCount: 1,
    keysPerSample: 7,
    isExact: false,
  };
  const summary: SampleSummary = {
    startedAtMs: NOW_MS,
    endedAtMs: NOW_MS,
    sampledCount: 1_000,
    keyCount: 7_000,
    isComplete: false,
    patternCount: 1,
    ttl: distribution([1_000, 2_000], 998),
    forecast10s: forecast,
    forecast1min: forecast,
    bytes: null,
    shareErrorPoints: 1,
  };
  const data = (of: string | null): TtlData => ({
    sample: known(summary, NOW_MS, 'sample'),
    forecast: { pattern: of, forecast10s: { ...forecast, keyCounts: [1] }, forecast1min: forecast },
    before: null,
    patterns: [{ pattern: 'a:{id}', ttl: distribution([1_000]), keyCount: exact(1), bytes: null }],
  });

  it('shows histogram and forecast of all keys until a pattern is chosen', () => {
    const all = chosenTtl(data(null), null);
    expect(all).toMatchObject({ ttl: { sampledCount: 1_000 }, isMissing: false, isExact: false });
    expect(all.forecast).toMatchObject({ pattern: null, forecast10s: { keyCounts: [7] } });
  });

  it('shows those of the pattern that is chosen', () => {
    const chosen = chosenTtl(data('a:{id}'), 'a:{id}');
    expect(chosen).toMatchObject({ ttl: { sampledCount: 1 }, isMissing: false, isExact: true });
    expect(chosen.forecast).toMatchObject({ pattern: 'a:{id}', forecast10s: { keyCounts: [1] } });
  });

  it('never shows the forecast of another pattern under its name while its own is on its way', () => {
    expect(chosenTtl(data(null), 'a:{id}').forecast).toBeNull();
    expect(chosenTtl(data('b:{id}'), 'a:{id}').forecast).toBeNull();
  });

  it('shows all keys when the pattern of a link is not in the sample any more, and says so', () => {
    const gone = chosenTtl({ ...data(null), forecast: null }, 'gone:{id}');
    expect(gone).toMatchObject({
      ttl: { sampledCount: 1_000 },
      forecast: { pattern: null },
      isMissing: true,
    });
  });

  it('knows nothing before the first sample', () => {
    const none = { sample: unknown('pending', 'Not yet.'), forecast: null, before: null, patterns: [] };
    expect(chosenTtl(none, null)).toMatchObject({ ttl: null, forecast: null });
  });

  it('says how many keys of the pattern were read, and how old that is', () => {
    const { sample } = data(null);
    const basis = (of: Partial<ChosenTtl>) =>
      plain(patternBasis({ ...chosenTtl(data('a:{id}'), 'a:{id}'), ...of }, sample, NOW_MS + 12_000));
    expect(basis({})).toBe('all 1 key read, 12 s old');
    expect(basis({ isExact: false, ttl: distribution([1_000, 1_000]) })).toBe(
      '2 keys of it in the sample of 1,000, 12 s old',
    );
  });
});
