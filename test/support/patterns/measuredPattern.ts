import { deriveSizeDistribution } from '#server/sources/deriveSampleParts.ts';
import { known, type Reading, unknown } from '#shared/reading.ts';
import type { PatternSample, PatternSnapshot, PatternTraffic } from '#shared/snapshot.ts';
import { exact } from '#shared/statistics.ts';
import { NO_TRAFFIC } from '#shared/traffic/trafficCounts.ts';

const NO_TTL = { bucketCounts: [], noTtlCount: 0, sampledCount: 0, p50Ms: null, p90Ms: null, maxMs: null };
const NO_FORECAST = { fromMs: 0, stepMs: 1, keyCounts: [], sampledCount: 0, keysPerSample: 1, isExact: true };
const WINDOW_MS = 60_000;

/** What the sampler found of a pattern with so many keys. */
export function sampleOf(
  keyCount: number,
  examples: readonly string[] = [],
): Extract<Reading<PatternSample>, { state: 'known' }> {
  const sample = {
    ...{ sampledCount: 1, keyCount: exact(keyCount), bytes: null, types: [], ttl: NO_TTL },
    sizes: deriveSizeDistribution([]),
    ...{ forecast10s: NO_FORECAST, forecast1min: NO_FORECAST, examples, largest: [] },
  };
  return known(sample, 0, 'sample');
}

export interface Measured {
  readonly hitsPerSecond: number;
  /** Hits that Redis answers, where levels are told apart. */
  readonly l2HitsPerSecond?: number;
  readonly sources?: PatternTraffic['sources'];
  /** Absent = not sampled. */
  readonly keyCount?: number;
}

/** A pattern whose services tell its traffic. */
export function measuredPattern(name: string, told: Measured): PatternSnapshot {
  const { hitsPerSecond, keyCount, l2HitsPerSecond, sources = [] } = told;
  const counts = (perSecond: number) => (perSecond * WINDOW_MS) / 1_000;
  const levels = l2HitsPerSecond === undefined ? {} : { l2: { hits: counts(l2HitsPerSecond), misses: 0 } };
  const traffic = {
    ...{ ...NO_TRAFFIC, hits: counts(hitsPerSecond), levels },
    ...{ windowMs: WINDOW_MS, services: [], sources, notAdded: [] },
  };
  return {
    ...{ pattern: name, identity: 'pattern', isDeclared: true, toldSize: null },
    traffic: known(traffic, 0, 'metrics'),
    sample: keyCount === undefined ? unknown('notEnoughData', '') : sampleOf(keyCount),
  };
}
