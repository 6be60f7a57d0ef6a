import { type LookupCounts, MIN_LOOKUP_COUNT } from '#shared/lookups.ts';
import { type Proportion, poisson, wilson, Z999 } from '#shared/statistics.ts';
import type { PatternProbe } from './probeResult.ts';

/** What the metrics of the services counted of a pattern about when a probe ran. */
export interface MetricsMeanwhile extends LookupCounts {
  /** Sum of each origin's look-ups over the time in which it was measured. */
  readonly lookupsPerSecond: number;
  /** Time over which the counts were taken, ms: minutes that hold the probe's windows. */
  readonly coveredMs: number;
  /** True when each origin tells which of its look-ups reached Redis, and these are them; else all of a caller's are in it. */
  readonly isAtRedis: boolean;
}

/**
 * `moreLookups`: Redis answered more than all services count. `fewerLookups`: another hit rate, and Redis answered less than they
 * count. `otherRate`: as many look-ups, another hit rate. `agree`: neither.
 */
export type ProbeVerdict = 'agree' | 'moreLookups' | 'fewerLookups' | 'otherRate';

/** What a probe measured of a pattern beside what metrics counted meanwhile. */
export interface ProbeComparison extends MetricsMeanwhile {
  readonly hit: Proportion;
  /** Hit ratio of the probe less that of the metrics. */
  readonly differenceRatio: number;
  readonly verdict: ProbeVerdict;
}

/** Ours: the probe's own error (its test allows 1 point); at the counts of a cache, intervals alone would tell apart anything. */
const LEAST_DIFFERENCE_RATIO = 0.01;
/** Ours: a probe of seconds lies within minutes of metrics, and traffic changes from one to the other. */
const LEAST_RATE_FACTOR = 1.2;
/** Covered time is told in the steps of the history, the first of which may have been measured for its end only. */
const COVERED_STEP_MS = 10_000;

/** Null when too little was looked up for a hit rate on either side. */
export function compareProbe(probe: PatternProbe, metrics: MetricsMeanwhile): ProbeComparison | null {
  const probedCount = probe.hits + probe.misses;
  const countedCount = metrics.hits + metrics.misses;
  const hit = wilson(metrics.hits, countedCount);
  if (hit === null || Math.min(probedCount, countedCount) < MIN_LOOKUP_COUNT) return null;
  const differenceRatio = probe.hit.ratio - hit.ratio;
  return { ...metrics, hit, differenceRatio, verdict: verdictOf(probe, metrics) };
}

/** By intervals of 99.9 %: every pattern of a cache is judged at once, and what is called different sends somebody to look. */
function verdictOf(probe: PatternProbe, metrics: MetricsMeanwhile): ProbeVerdict {
  const probed = rateInterval(probe.hits + probe.misses, probe.lookupsPerSecond);
  const counted = rateInterval(metrics.hits + metrics.misses, metrics.lookupsPerSecond);
  const surelyCovered = Math.max(0, metrics.coveredMs - COVERED_STEP_MS) / metrics.coveredMs;
  if (probed.low * surelyCovered > counted.high * LEAST_RATE_FACTOR) return 'moreLookups';
  if (!areApart(probe, metrics)) return 'agree';
  return probed.high * LEAST_RATE_FACTOR < counted.low ? 'fewerLookups' : 'otherRate';
}

function areApart(probe: LookupCounts, metrics: LookupCounts): boolean {
  const probed = hitInterval(probe);
  const counted = hitInterval(metrics);
  if (probed === null || counted === null) return false;
  const isClose = Math.abs(probed.ratio - counted.ratio) < LEAST_DIFFERENCE_RATIO;
  return !isClose && (probed.low > counted.high || probed.high < counted.low);
}

function hitInterval({ hits, misses }: LookupCounts): Proportion | null {
  return wilson(hits, hits + misses, Z999);
}

function rateInterval(count: number, perSecond: number): { readonly low: number; readonly high: number } {
  const { low, high } = poisson(count, Z999);
  return { low: (perSecond * low) / count, high: (perSecond * high) / count };
}
