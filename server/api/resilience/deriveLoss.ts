import type { TrafficTotals } from '#server/history/historyStore.ts';
import { known, type Reading, unknown } from '#shared/reading.ts';
import type { CacheLoss } from '#shared/services/cacheLoss.ts';
import type { TimeSpan } from '#shared/timeRange.ts';

/** Fewer look-ups say little of a hit rate. */
const LEAST_LOOKUPS = 100;

/** What the source would have to do without any cache, by what the services looked up in `span`. */
export function deriveLoss(totals: ReadonlyMap<string, TrafficTotals>, span: TimeSpan): Reading<CacheLoss> {
  let hits = 0;
  let misses = 0;
  let lookupsPerSecond = 0;
  for (const { hits: patternHits, misses: patternMisses, coveredMs } of totals.values()) {
    hits += patternHits;
    misses += patternMisses;
    if (coveredMs > 0) lookupsPerSecond += ((patternHits + patternMisses) * 1_000) / coveredMs;
  }
  const lookups = hits + misses;
  if (totals.size === 0)
    return unknown('notConfigured', 'No service tells its look-ups here, so that the hit rate is not known.');
  if (lookups < LEAST_LOOKUPS)
    return unknown(
      'notEnoughData',
      `The services made ${lookups} look-ups in that time; ${LEAST_LOOKUPS} are needed.`,
    );
  const missRatio = misses / lookups;
  return known(
    {
      hitRatio: hits / lookups,
      // Without a single miss, it is at least as many times as there were look-ups.
      multiplier: lookups / Math.max(1, misses),
      isAtLeast: misses === 0,
      lookupsPerSecond,
      loadsPerSecond: lookupsPerSecond * missRatio,
      lookupCount: lookups,
      span,
    },
    span.toMs,
    'metrics of the services',
  );
}
