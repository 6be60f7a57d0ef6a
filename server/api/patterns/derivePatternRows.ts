import { type Known, type Reading, type Unknown, unknown } from '#shared/reading.ts';
import type { PatternSnapshot, PatternTraffic, ToldSize } from '#shared/snapshot.ts';
import type { Estimate } from '#shared/statistics.ts';
import { type PatternRangeTraffic, rangeTraffic } from '#shared/traffic/rangeTraffic.ts';
import type { NotAdded } from '#shared/traffic/trafficPart.ts';
import type { TrafficIdentity, TrafficSourceId } from '#shared/traffic/trafficSource.ts';
import type { PatternFacts } from './gatherPatterns.ts';
import type { WorstStep } from './worstSteps.ts';

export interface PatternRow {
  readonly pattern: string;
  readonly identity: TrafficIdentity;
  readonly isDeclared: boolean;
  /** Who counts it now; empty when nobody does. */
  readonly sources: readonly TrafficSourceId[];
  /** Who counts the same look-ups now, and is left out so that none is counted twice. */
  readonly notAdded: readonly NotAdded[];
  readonly services: readonly string[];
  readonly traffic: Reading<PatternRangeTraffic>;
  /** The same over the span that is compared with; null when nothing is compared or nothing was measured then. */
  readonly before: PatternRangeTraffic | null;
  readonly extraMissesPerSecond: number | null;
  readonly worst: WorstStep | null;
  /** Hit ratio per step of the range, as `packRatios` writes it. Null = not measured in it. */
  readonly spark: string | null;
  readonly sample: Reading<{
    readonly keyCount: Estimate;
    /** Null = MEMORY USAGE is not permitted. */
    readonly bytes: Estimate | null;
    /** 95th percentile of key and value together. Null = likewise. */
    readonly sizeP95Bytes: number | null;
    readonly ttlP50Ms: number | null;
    /** Share of keys without a TTL, 0-1. */
    readonly noTtlRatio: number;
  }>;
  /** Keys as metrics tell them; null = none do. */
  readonly toldSize: Known<ToldSize> | null;
}

/** One row for each pattern, in no order. */
export function derivePatternRows(patterns: readonly PatternFacts[]): readonly PatternRow[] {
  return patterns.map(deriveRow);
}

function deriveRow({ pattern, live, total, past, spark, worst, measuredAtMs }: PatternFacts): PatternRow {
  const told = toldTraffic(live);
  const traffic = rangeTraffic(total, told.sources);
  const before = rangeTraffic(past, told.sources);
  return {
    pattern,
    identity: live?.identity ?? 'pattern',
    isDeclared: live?.isDeclared ?? false,
    sources: told.sources,
    notAdded: told.notAdded,
    services: told.services,
    traffic:
      traffic === null
        ? unknownTraffic(live)
        : {
            state: 'known',
            value: traffic,
            atMs: latest(live) ?? measuredAtMs,
            from: live?.traffic.state === 'known' ? live.traffic.from : 'metrics of the services',
          },
    before,
    extraMissesPerSecond:
      traffic === null || before === null ? null : traffic.missesPerSecond - before.missesPerSecond,
    worst,
    spark,
    sample: sampleColumns(live),
    toldSize: live?.toldSize ?? null,
  };
}

type Told = Pick<PatternTraffic, 'sources' | 'notAdded' | 'services'>;

/** Who counts a pattern now. */
export function toldTraffic(live: PatternSnapshot | undefined): Told {
  return live?.traffic.state === 'known' ? live.traffic.value : NOBODY;
}

const NOBODY: Told = {
  sources: [],
  notAdded: [],
  services: [],
};

function latest(live: PatternSnapshot | undefined): number | null {
  return live?.traffic.state === 'known' ? live.traffic.atMs : null;
}

/** Why the traffic of a pattern that was not measured is not known. */
export function unknownTraffic(live: PatternSnapshot | undefined): Unknown {
  if (live?.traffic.state === 'unknown') return live.traffic;
  return unknown('notEnoughData', 'It was not measured in this range.');
}

export const NOT_SAMPLED = unknown('notEnoughData', 'No key of this pattern is in the last sample.');

/** What the last sample says of a pattern. */
export function sampleOf(live: PatternSnapshot | undefined): PatternSnapshot['sample'] {
  return live?.sample ?? NOT_SAMPLED;
}

function sampleColumns(live: PatternSnapshot | undefined): PatternRow['sample'] {
  const sample = sampleOf(live);
  if (sample.state === 'unknown') return sample;
  const { keyCount, bytes, sizes, ttl } = sample.value;
  return {
    ...sample,
    value: {
      keyCount,
      bytes,
      sizeP95Bytes: sizes.p95Bytes,
      ttlP50Ms: ttl.p50Ms,
      noTtlRatio: ttl.sampledCount > 0 ? ttl.noTtlCount / ttl.sampledCount : 0,
    },
  };
}
