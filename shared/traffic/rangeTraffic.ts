import { type LookupCounts, MIN_LOOKUP_COUNT } from '#shared/lookups.ts';
import { type Proportion, wilson } from '#shared/statistics.ts';
import type { TrafficSourceId } from './trafficSource.ts';

/** Look-ups of a pattern in a span, and over how much of it they were counted. */
export interface CoveredLookups extends LookupCounts {
  /** Time inside the span in which it was measured, ms; 0 = not at all. */
  readonly coveredMs: number;
}

export interface CoveredCounts extends CoveredLookups {
  readonly loads: number;
  readonly loadMs: number;
}

/** Traffic of one pattern over the chosen range: sums first, then divided. */
export interface PatternRangeTraffic {
  readonly lookupsPerSecond: number;
  readonly missesPerSecond: number;
  /** Null = none of its sources counts loads. */
  readonly loadsPerSecond: number | null;
  /** Mean time of a load, ms; null without loads. */
  readonly loadMs: number | null;
  /** What its misses cost: time that the source works for them, ms each second (loads/s x mean time). Null as of loads. */
  readonly sourceMsPerSecond: number | null;
  /** Hit ratio with its Wilson interval; null without look-ups. */
  readonly hit: Proportion | null;
  readonly lookupCount: number;
  /** False = fewer than `MIN_LOOKUP_COUNT`: the interval is so wide that the ratio says little. */
  readonly hasEnoughLookups: boolean;
}

/** A rate over the covered time; null when nothing was measured. */
export function perSecond(count: number, coveredMs: number): number | null {
  return coveredMs > 0 ? (count * 1_000) / coveredMs : null;
}

/** Null when nothing was measured. `sources` = who counts it, as far as it is known. */
export function rangeTraffic(
  total: CoveredCounts | undefined,
  sources: readonly TrafficSourceId[],
): PatternRangeTraffic | null {
  if (total === undefined) return null;
  const lookupCount = total.hits + total.misses;
  const lookupsPerSecond = perSecond(lookupCount, total.coveredMs);
  if (lookupsPerSecond === null) return null;
  const isLoadsCounted = total.loads > 0 || sources.length === 0 || sources.includes('library');
  return {
    lookupsPerSecond,
    missesPerSecond: perSecond(total.misses, total.coveredMs) ?? 0,
    loadsPerSecond: isLoadsCounted ? perSecond(total.loads, total.coveredMs) : null,
    loadMs: total.loads > 0 ? total.loadMs / total.loads : null,
    sourceMsPerSecond: isLoadsCounted ? perSecond(total.loadMs, total.coveredMs) : null,
    hit: wilson(total.hits, lookupCount),
    lookupCount,
    hasEnoughLookups: lookupCount >= MIN_LOOKUP_COUNT,
  };
}
