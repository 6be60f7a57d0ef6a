import type { PatternSnapshot, PatternTraffic } from '#shared/snapshot.ts';

/** Hits a second that some keys of a pattern have. */
export interface HitShare {
  /** As large a share of the pattern's hits as the keys are of its keys. */
  readonly hitsPerSecond: number;
  /** All hits of the pattern: if these keys are the ones that are read. */
  readonly atMostHitsPerSecond: number;
}

/**
 * Null when no metrics tell how often keys of the pattern are read. Counts what Redis answers, and with `isL1Told` what services
 * with our library hold in memory too: they hear of a removal and drop it. What others hold stays.
 */
export function hitShare(
  pattern: PatternSnapshot | undefined,
  keyCount: number,
  isL1Told = false,
): HitShare | null {
  if (pattern?.traffic.state !== 'known') return null;
  const hitsPerSecond = countedHitsPerSecond(pattern.traffic.value, isL1Told);
  const all = pattern.sample.state === 'known' ? pattern.sample.value.keyCount.value : null;
  const part = all === null || all <= 0 ? 1 : Math.min(1, keyCount / all);
  return { hitsPerSecond: hitsPerSecond * part, atMostHitsPerSecond: hitsPerSecond };
}

function countedHitsPerSecond(
  { hits, levels, sources, windowMs }: PatternTraffic,
  isL1Told: boolean,
): number {
  if (windowMs <= 0) return 0;
  const counted = isL1Told && sources.includes('library') ? hits : (levels.l2?.hits ?? hits);
  return (counted * 1_000) / windowMs;
}
