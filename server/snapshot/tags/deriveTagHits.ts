import { known, type Reading, unknown } from '#shared/reading.ts';
import type { PatternSnapshot } from '#shared/snapshot.ts';
import { hitShare } from '../traffic/hitShare.ts';

export type PatternsByName = ReadonlyMap<string, PatternSnapshot>;

/** Hits a second of so many keys of a pattern, which is taken to be read evenly. */
export function patternHits(patterns: PatternsByName, pattern: string, keyCount: number): Reading<number> {
  const found = patterns.get(pattern);
  const share = hitShare(found, keyCount);
  if (share === null || found?.traffic.state !== 'known') {
    return found?.traffic.state === 'unknown' ? found.traffic : noMetrics(pattern);
  }
  if (found.sample.state === 'unknown') {
    return unknown(found.sample.reason, `How many keys ${pattern} has is not known. ${found.sample.detail}`);
  }
  const { atMs, from } = found.traffic;
  return known(share.hitsPerSecond, atMs, `${from}, by the share of the pattern's keys that carry the tag`);
}

/** The hits that hang on all keys of a tag, by the number of its members in each pattern; unknown when those of one pattern are. */
export function tagHits(
  patterns: PatternsByName,
  memberCounts: ReadonlyMap<string, number>,
): Reading<number> {
  if (memberCounts.size === 0)
    return unknown('notEnoughData', 'None of the members that were looked at exists.');
  let sum = 0;
  let atMs = Number.POSITIVE_INFINITY;
  const froms = new Set<string>();
  for (const [pattern, count] of memberCounts) {
    const hits = patternHits(patterns, pattern, count);
    if (hits.state === 'unknown') return hits;
    sum += hits.value;
    atMs = Math.min(atMs, hits.atMs);
    froms.add(hits.from);
  }
  return known(sum, atMs, [...froms].join('; '));
}

function noMetrics(pattern: string): Reading<never> {
  return unknown('notSupported', `No metrics tell how often keys of ${pattern} are read.`);
}

/** Sampled counts as counts of all members; as they are when the sample is the whole. */
export function scaledCounts(
  sampled: ReadonlyMap<string, number>,
  { sampledCount, memberCount }: { readonly sampledCount: number; readonly memberCount: number | null },
): ReadonlyMap<string, number> {
  const factor = sampledCount === 0 || memberCount === null ? 1 : Math.max(1, memberCount / sampledCount);
  return new Map([...sampled].map(([pattern, count]) => [pattern, count * factor]));
}
