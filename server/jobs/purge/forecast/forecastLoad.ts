import { type HitShare, hitShare } from '#server/snapshot/traffic/hitShare.ts';
import type { LoadForecast } from '#shared/acting/loadForecast.ts';
import type { PurgeMethod } from '#shared/acting/purgeInput.ts';
import { type Departure, departures, isTold } from '#shared/acting/purgeStages.ts';
import type { PatternSnapshot } from '#shared/snapshot.ts';
import { type KeyGroup, reloadedCount, zipfGroups } from './reloads.ts';

/** What is known of the load on the source at the moment. */
export interface SourceLoad {
  readonly patterns: readonly PatternSnapshot[];
  /** Loads a second of the last moments, of all services together; null = not known (yet). */
  readonly currentPerSecond: number | null;
  /** Loads a second that the source stands; null = not declared. */
  readonly capacityPerSecond: number | null;
}

const STEP_MS = 5_000;
/** Half an hour, or the span in which keys go and a third more; where that is longer, in so many steps that are wider. */
const MAX_STEPS = 360;

/** Hits of one pattern that the selected keys have, and how many keys these are. */
interface Share extends HitShare {
  readonly keyCount: number;
}

/**
 * The extra loads of a purge: every hit on a key that is gone becomes a miss, until the key was loaded again. Of each pattern the
 * keys have as large a share of the hits as of the sampled keys; at most, all of the hits.
 */
export function forecastLoad(
  counts: ReadonlyMap<string, number>,
  method: PurgeMethod,
  { patterns, currentPerSecond, capacityPerSecond }: SourceLoad,
): LoadForecast {
  const known = new Map(patterns.map((pattern) => [pattern.pattern, pattern]));
  const base = { currentPerSecond, capacityPerSecond };
  const shares: Share[] = [];
  for (const [pattern, keyCount] of counts) {
    const share = hitShare(known.get(pattern), keyCount, isTold(method));
    if (share === null) return { ...base, ...unknownLoad(pattern) };
    shares.push({ ...share, keyCount });
  }
  const groups = shares.flatMap(({ hitsPerSecond, keyCount }) => zipfGroups(hitsPerSecond, keyCount));
  const atMost = shares.flatMap(({ atMostHitsPerSecond, keyCount }) =>
    zipfGroups(atMostHitsPerSecond, keyCount),
  );
  const going = departures(method);
  const spanMs = (endOf(going) * 4) / 3;
  const stepCount = Math.max(MAX_STEPS, Math.ceil(spanMs / STEP_MS));
  const stepMs = STEP_MS * Math.ceil(stepCount / MAX_STEPS);
  const extraPerSecond = stepMeans(groups, going, {
    stepMs,
    count: Math.ceil((stepCount * STEP_MS) / stepMs),
  });
  return {
    ...base,
    peakExtra: { perSecond: peakOf(groups, going), atMostPerSecond: peakOf(atMost, going) },
    ...timesOver(groups, going),
    extraPerSecond,
    stepMs,
    whyUnknown: '',
  };
}

function unknownLoad(pattern: string): Omit<LoadForecast, 'currentPerSecond' | 'capacityPerSecond'> {
  return {
    peakExtra: null,
    halfOverMs: null,
    mostOverMs: null,
    extraPerSecond: [],
    stepMs: STEP_MS,
    whyUnknown: `No metrics tell how often keys of ${pattern} are read.`,
  };
}

/** When the last key goes, ms after the start. */
function endOf(going: readonly Departure[]): number {
  return Math.max(...going.map(({ fromMs, overMs }) => fromMs + overMs));
}

function stepMeans(
  groups: readonly KeyGroup[],
  going: readonly Departure[],
  { stepMs, count }: { readonly stepMs: number; readonly count: number },
): readonly number[] {
  let before = 0;
  return Array.from({ length: count }, (_, at) => {
    const until = reloadedCount(groups, going, (at + 1) * stepMs);
    const mean = ((until - before) * 1_000) / stepMs;
    before = until;
    return mean;
  });
}

/** The most that any departure brings in its last moments: where keys go at once, all their hits. */
function peakOf(groups: readonly KeyGroup[], going: readonly Departure[]): number {
  const peaks = going.map(({ share, fromMs, overMs }) => {
    if (overMs === 0) {
      return groups.reduce((sum, { keyCount, readsPerSecond }) => sum + share * keyCount * readsPerSecond, 0);
    }
    const endMs = fromMs + overMs;
    const lastMs = Math.min(1_000, overMs);
    const last = reloadedCount(groups, going, endMs) - reloadedCount(groups, going, endMs - lastMs);
    return (last * 1_000) / lastMs;
  });
  return Math.max(...peaks);
}

/** When half and nine tenths of the reads that would have been hits are hits again, from when the last key goes. */
function timesOver(
  groups: readonly KeyGroup[],
  going: readonly Departure[],
): Pick<LoadForecast, 'halfOverMs' | 'mostOverMs'> {
  const start = endOf(going);
  const reads = groups.reduce((sum, { keyCount, readsPerSecond }) => sum + keyCount * readsPerSecond, 0);
  if (reads === 0) return { halfOverMs: null, mostOverMs: null };
  const missingAt = (ms: number) => rateAt(groups, going, ms);
  const first = missingAt(start);
  const whenBelow = (share: number): number => {
    let [low, high] = [start, start + 1];
    while (missingAt(high) > share * first && high < start + 86_400_000) high = start + (high - start) * 2;
    for (let step = 0; step < 30; step += 1) {
      const middle = (low + high) / 2;
      if (missingAt(middle) > share * first) low = middle;
      else high = middle;
    }
    return high;
  };
  return { halfOverMs: whenBelow(0.5), mostOverMs: whenBelow(0.1) };
}

/** Extra loads a second at one moment. */
function rateAt(groups: readonly KeyGroup[], going: readonly Departure[], ms: number): number {
  const width = 1;
  return ((reloadedCount(groups, going, ms + width) - reloadedCount(groups, going, ms)) * 1_000) / width;
}
