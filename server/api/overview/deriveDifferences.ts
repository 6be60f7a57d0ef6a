import type { TrafficTotals } from '#server/history/historyStore.ts';
import { hitRatio } from '#shared/lookups.ts';
import { perSecond } from '#shared/traffic/rangeTraffic.ts';

export interface PatternDifference {
  readonly pattern: string;
  /** 0-1; null without look-ups in the range. */
  readonly hitRatio: number | null;
  readonly hitRatioBefore: number | null;
  readonly lookupsPerSecond: number;
  readonly lookupsPerSecondBefore: number;
  readonly missesPerSecond: number;
  readonly missesPerSecondBefore: number;
  /** Misses a second more than before; negative when fewer. */
  readonly extraMissesPerSecond: number;
}

/** Stands for every place whose metrics do not say which service it is. */
const UNNAMED_SERVICE = '';

/**
 * Patterns by extra misses a second against the span before, worst first, at most 20. One that was not measured before is
 * new, and counts from zero, where all of its services were measured then by other patterns; else nobody knows what it
 * missed, and it is left out, as is one that is not measured now.
 */
export function deriveDifferences(
  now: ReadonlyMap<string, TrafficTotals>,
  before: ReadonlyMap<string, TrafficTotals>,
  servicesOf: (pattern: string) => readonly string[],
): readonly PatternDifference[] {
  const isMeasured = ([, totals]: readonly [string, TrafficTotals]) => totals.coveredMs > 0;
  const sourcesOf = (pattern: string) => {
    const services = servicesOf(pattern);
    return services.length > 0 ? services : [UNNAMED_SERVICE];
  };
  const sourcesBefore = new Set([...before].filter(isMeasured).flatMap(([pattern]) => sourcesOf(pattern)));
  const differences: PatternDifference[] = [];
  for (const [pattern, totals] of now) {
    const past = before.get(pattern);
    const missesPerSecond = perSecond(totals.misses, totals.coveredMs);
    if (missesPerSecond === null) continue;
    const isNew = past === undefined && sourcesOf(pattern).every((source) => sourcesBefore.has(source));
    const missesPerSecondBefore = past === undefined ? null : perSecond(past.misses, past.coveredMs);
    if (missesPerSecondBefore === null && !isNew) continue;
    differences.push({
      pattern,
      hitRatio: hitRatio(totals),
      hitRatioBefore: past === undefined ? null : hitRatio(past),
      lookupsPerSecond: lookupRate(totals),
      lookupsPerSecondBefore: past === undefined ? 0 : lookupRate(past),
      missesPerSecond,
      missesPerSecondBefore: missesPerSecondBefore ?? 0,
      extraMissesPerSecond: missesPerSecond - (missesPerSecondBefore ?? 0),
    });
  }
  return differences
    .sort((a, b) => Math.abs(b.extraMissesPerSecond) - Math.abs(a.extraMissesPerSecond))
    .slice(0, 20)
    .sort((a, b) => b.extraMissesPerSecond - a.extraMissesPerSecond);
}

function lookupRate({ hits, misses, coveredMs }: TrafficTotals): number {
  return perSecond(hits + misses, coveredMs) ?? 0;
}
