import type { PatternSnapshot, PatternTraffic } from '#shared/snapshot.ts';

/** Hits a second that some keys of a pattern have. */
export interface HitShare {
  /** As large a share of the pattern's hits as the keys are of its keys. */
  readonly hitsPerSecond: number;
  /** All hits of the pattern: if these keys are the ones that are read. */
  readonly atMostHitsPerSecond: number;
}

/** Null when no metrics tell how often keys of the pattern are read. Counts what Redis answers, not what services hold in memory. */
export function hitShare(pattern: PatternSnapshot | undefined, keyCount: number): HitShare | null {
  if (pattern?.traffic.state !== 'known') return null;
  const hitsPerSecond = remoteHitsPerSecond(pattern.traffic.value);
  const all = pattern.sample.state === 'known' ? pattern.sample.value.keyCount.value : null;
  const part = all === null || all <= 0 ? 1 : Math.min(1, keyCount / all);
  return { hitsPerSecond: hitsPerSecond * part, atMostHitsPerSecond: hitsPerSecond };
}

function remoteHitsPerSecond({ hits, levels, windowMs }: PatternTraffic): number {
  return windowMs > 0 ? ((levels.l2?.hits ?? hits) * 1_000) / windowMs : 0;
}
