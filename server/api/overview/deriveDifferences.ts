import type { TrafficTotals } from '#server/history/historyStore.ts';
import { hitRatio } from '#shared/lookups.ts';

export interface PatternDifference {
  readonly pattern: string;
  /** 0-1; null without look-ups in the range. */
  readonly hitRatio: number | null;
  readonly hitRatioBefore: number | null;
  readonly missesPerSecond: number;
  readonly missesPerSecondBefore: number;
  /** Misses a second more than before; negative when fewer. */
  readonly extraMissesPerSecond: number;
}

/** A rate over the covered time; null when nothing was measured. */
export function perSecond(count: number, coveredMs: number): number | null {
  return coveredMs > 0 ? (count * 1_000) / coveredMs : null;
}

/**
 * Patterns by extra misses a second against the span before, worst first, at most 20. A pattern measured in only one of
 * the spans counts as zero in the other if that span was measured at all; else it is left out.
 */
export function deriveDifferences(
  now: ReadonlyMap<string, TrafficTotals>,
  before: ReadonlyMap<string, TrafficTotals>,
): readonly PatternDifference[] {
  const isMeasuredBefore = [...before.values()].some((totals) => totals.coveredMs > 0);
  if (!isMeasuredBefore) return [];
  const differences: PatternDifference[] = [];
  for (const [pattern, totals] of now) {
    const past = before.get(pattern);
    const missesPerSecond = perSecond(totals.misses, totals.coveredMs);
    if (missesPerSecond === null) continue;
    const missesPerSecondBefore = past === undefined ? 0 : (perSecond(past.misses, past.coveredMs) ?? 0);
    differences.push({
      pattern,
      hitRatio: hitRatio(totals),
      hitRatioBefore: past === undefined ? null : hitRatio(past),
      missesPerSecond,
      missesPerSecondBefore,
      extraMissesPerSecond: missesPerSecond - missesPerSecondBefore,
    });
  }
  return differences
    .sort((a, b) => Math.abs(b.extraMissesPerSecond) - Math.abs(a.extraMissesPerSecond))
    .slice(0, 20)
    .sort((a, b) => b.extraMissesPerSecond - a.extraMissesPerSecond);
}
