import type { PatternDetail } from '#client/features/patterns/detail/preparePatternDetail.ts';
import { deriveSizeDistribution } from '#server/sources/deriveSampleParts.ts';
import { unknown } from '#shared/reading.ts';
import type { PatternSample } from '#shared/snapshot.ts';
import { exact } from '#shared/statistics.ts';
import { listNowMs, type RowFacts } from '../patternList.ts';
import { patternRow } from './patternRow.ts';

const STEP_MS = 10_000;
export const FROM_MS = listNowMs - 3 * STEP_MS;

/** Counts of three steps; null = the step was not measured. */
export function traffic(
  hits: readonly (number | null)[],
  misses: readonly (number | null)[],
  fromMs = FROM_MS,
) {
  const counts = (values: readonly (number | null)[]) => ({
    fromMs,
    stepMs: STEP_MS,
    values: [...values],
  });
  const covered = counts(hits.map((hit) => (hit === null ? null : STEP_MS)));
  return {
    hits: counts(hits),
    misses: counts(misses),
    loads: counts(misses),
    loadMs: counts(misses),
    puts: counts(misses),
    coveredMs: covered,
  };
}

const untold = unknown('notEnoughData', 'Nobody has counted it.');

/** The answer of the server; without facts, no metrics know the pattern. */
export function detail(facts: RowFacts | null, more: Partial<PatternDetail> = {}): PatternDetail {
  return {
    span: { fromMs: FROM_MS, toMs: listNowMs },
    before: null,
    row: patternRow('product:{id}', facts),
    sample: null,
    summary: unknown('pending', 'The first sampling round has not ended yet.'),
    traffic: traffic([90, null, 0], [10, null, 0]),
    extremes: null,
    look: null,
    declaredTtlMs: null,
    freshnessAtSet: untold,
    ttlBefore: null,
    trafficBefore: null,
    split: { parts: untold, levels: untold, missReasons: untold },
    marks: [],
    ...more,
  };
}

const forecast = {
  fromMs: 0,
  stepMs: 10_000,
  keyCounts: [],
  sampledCount: 40,
  keysPerSample: 1,
  isExact: true,
};
export const sample: PatternSample = {
  sampledCount: 40,
  keyCount: exact(40),
  bytes: exact(4_096),
  sizes: deriveSizeDistribution([...Array.from({ length: 39 }, () => ({ bytes: 100 })), { bytes: 196 }]),
  types: ['string', 'hash'],
  ttl: { bucketCounts: [], noTtlCount: 10, sampledCount: 40, p50Ms: 60_000, p90Ms: 90_000, maxMs: 99_000 },
  forecast10s: forecast,
  forecast1min: forecast,
  examples: [],
  largest: [],
};
