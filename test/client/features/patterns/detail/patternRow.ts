import type { PatternDetail } from '#client/features/patterns/detail/preparePatternDetail.ts';
import { MIN_LOOKUP_COUNT } from '#shared/lookups.ts';
import { known, unknown } from '#shared/reading.ts';
import { exact, wilson } from '#shared/statistics.ts';
import { listNowMs, type RowFacts } from '../patternList.ts';

type PatternRow = PatternDetail['row'];

/** Traffic of a minute, as the server derives it from counts. */
function traffic({ hits, misses }: { hits: number; misses: number }) {
  return {
    lookupsPerSecond: (hits + misses) / 60,
    missesPerSecond: misses / 60,
    loadsPerSecond: misses / 60,
    loadMs: 12,
    sourceMsPerSecond: (misses / 60) * 12,
    hit: wilson(hits, hits + misses),
    lookupCount: hits + misses,
    hasEnoughLookups: hits + misses >= MIN_LOOKUP_COUNT,
  };
}

/** A row as the server answers it; without facts, no metrics know the pattern. */
export function patternRow(
  pattern: string,
  facts: RowFacts | null,
  more: Partial<PatternRow> = {},
): PatternRow {
  const before = facts?.before === undefined ? null : traffic(facts.before);
  const now = facts === null ? null : traffic(facts);
  return {
    pattern,
    identity: 'pattern',
    isDeclared: false,
    sources: facts === null ? [] : ['library'],
    notAdded: [],
    services: facts === null ? [] : ['catalog'],
    traffic:
      now === null
        ? unknown('notConfigured', 'No service exports look-ups of this pattern.')
        : known(now, listNowMs, 'metrics of the services'),
    before,
    extraMissesPerSecond:
      now === null || before === null ? null : now.missesPerSecond - before.missesPerSecond,
    worst: null,
    spark: null,
    toldSize: null,
    sample: known(
      { keyCount: exact(100), bytes: exact(10_240), sizeP95Bytes: 120, ttlP50Ms: 60_000, noTtlRatio: 0 },
      listNowMs,
      'sample of 100 keys',
    ),
    probe: unknown('notConfigured', 'It was not measured from Redis yet.'),
    probeBeside: unknown('notConfigured', 'It was not measured from Redis yet.'),
    ...more,
  };
}
