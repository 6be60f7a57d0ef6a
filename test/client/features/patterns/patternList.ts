import type { PatternList, PatternRow } from '#client/features/patterns/preparePatterns.ts';
import { MIN_LOOKUP_COUNT } from '#shared/lookups.ts';
import { known, unknown } from '#shared/reading.ts';
import { exact, wilson } from '#shared/statistics.ts';

const NOW_MS = 1_800_000_000_000;

export interface RowFacts {
  readonly hits: number;
  readonly misses: number;
  readonly before?: { readonly hits: number; readonly misses: number };
}

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
        : known(now, NOW_MS, 'metrics of the services'),
    before,
    extraMissesPerSecond:
      now === null || before === null ? null : now.missesPerSecond - before.missesPerSecond,
    worst: null,
    spark: null,
    sample: known(
      { keyCount: exact(100), bytes: exact(10_240), sizeP95Bytes: 120, ttlP50Ms: 60_000, noTtlRatio: 0 },
      NOW_MS,
      'sample of 100 keys',
    ),
    probe: unknown('notConfigured', 'It was not measured from Redis yet.'),
    probeBeside: unknown('notConfigured', 'It was not measured from Redis yet.'),
    ...more,
  };
}

export function patternList(rows: readonly PatternRow[], more: Partial<PatternList> = {}): PatternList {
  return {
    span: { fromMs: NOW_MS - 3_600_000, toMs: NOW_MS },
    before: { fromMs: NOW_MS - 7_200_000, toMs: NOW_MS - 3_600_000 },
    rows: [...rows],
    sparkGrid: null,
    probe: null,
    sample: unknown('pending', 'The first sampling round has not ended yet.'),
    metricsSources: [],
    nodes: [{ id: '127.0.0.1:6379', ownLookupsPerSecond: 12.5 }],
    ...more,
  };
}

export const listNowMs = NOW_MS;
