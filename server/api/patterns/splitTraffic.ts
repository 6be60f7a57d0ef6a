import { MIN_LOOKUP_COUNT } from '#shared/lookups.ts';
import { known, type Reading, unknown } from '#shared/reading.ts';
import { type Proportion, wilson } from '#shared/statistics.ts';
import { type CacheLevel, cacheLevels } from '#shared/traffic/cacheLevel.ts';
import { type MissReason, missReasons } from '#shared/traffic/missReason.ts';
import { perSecond } from '#shared/traffic/rangeTraffic.ts';
import { addTraffic, NO_TRAFFIC, type TrafficCounts } from '#shared/traffic/trafficCounts.ts';
import type { TrafficPart } from '#shared/traffic/trafficPart.ts';
import { type TrafficSourceId, trafficSourceWords } from '#shared/traffic/trafficSource.ts';

/** What one process counted of a pattern. Null = its source does not say. */
export interface SplitPart {
  readonly service: string | null;
  readonly instance: string | null;
  readonly version: string | null;
  readonly source: TrafficSourceId;
  readonly lookupCount: number;
  readonly hit: Proportion | null;
  readonly hasEnoughLookups: boolean;
  readonly lookupsPerSecond: number | null;
  readonly missesPerSecond: number | null;
  readonly coveredMs: number;
}

/** Look-ups from level to level: what one misses, the next is asked for, and in the end the source. */
export interface LevelFunnel {
  readonly levels: readonly {
    readonly level: CacheLevel;
    readonly hitCount: number;
    readonly missCount: number;
    readonly hit: Proportion | null;
  }[];
  readonly sourceLoadCount: number;
}

export interface MissShares {
  readonly reasons: readonly { readonly reason: MissReason; readonly count: number }[];
  /** Misses that nobody gave a reason for. */
  readonly untoldCount: number;
}

/** One pattern's traffic of about the last hour, taken apart. */
export interface TrafficSplit {
  readonly parts: Reading<readonly SplitPart[]>;
  readonly levels: Reading<LevelFunnel>;
  readonly missReasons: Reading<MissShares>;
}

export function splitTraffic(parts: readonly TrafficPart[], atMs: number): TrafficSplit {
  if (parts.length === 0) {
    const nothing = unknown(
      'notEnoughData',
      'Nobody has counted this pattern within the last hour, as long as this server runs; who counted what is not kept longer.',
    );
    return { parts: nothing, levels: nothing, missReasons: nothing };
  }
  const withLevels = parts.filter(({ levels }) => Object.keys(levels).length > 0);
  const withReasons = parts.filter(({ missReasons: told }) => Object.keys(told).length > 0);
  return {
    parts: known(parts.map(splitPart), atMs, fromWords(parts)),
    levels:
      withLevels.length > 0
        ? known(funnelOf(sumOf(withLevels)), atMs, fromWords(withLevels))
        : unknown('notSupported', `${sourceWords(parts)} does not tell the levels of the cache apart.`),
    missReasons:
      withReasons.length > 0
        ? known(sharesOf(sumOf(withReasons)), atMs, fromWords(withReasons))
        : unknown('notSupported', `${sourceWords(parts)} has not told why it missed.`),
  };
}

function splitPart(part: TrafficPart): SplitPart {
  const { service, instance, version, source, coveredMs } = part;
  const lookupCount = part.hits + part.misses;
  return {
    ...{ service, instance, version, source, coveredMs, lookupCount },
    hit: wilson(part.hits, lookupCount),
    hasEnoughLookups: lookupCount >= MIN_LOOKUP_COUNT,
    lookupsPerSecond: perSecond(lookupCount, coveredMs),
    missesPerSecond: perSecond(part.misses, coveredMs),
  };
}

function funnelOf({ levels, loads }: TrafficCounts): LevelFunnel {
  return {
    levels: cacheLevels.flatMap((level) => {
      const counts = levels[level];
      if (counts === undefined) return [];
      const { hits, misses } = counts;
      return [{ level, hitCount: hits, missCount: misses, hit: wilson(hits, hits + misses) }];
    }),
    sourceLoadCount: loads,
  };
}

function sharesOf({ missReasons: told, misses }: TrafficCounts): MissShares {
  const reasons = missReasons.flatMap((reason) => {
    const count = told[reason] ?? 0;
    return count > 0 ? [{ reason, count }] : [];
  });
  const toldCount = reasons.reduce((sum, { count }) => sum + count, 0);
  return { reasons, untoldCount: Math.max(0, misses - toldCount) };
}

function sumOf(parts: readonly TrafficPart[]): TrafficCounts {
  return parts.reduce<TrafficCounts>(addTraffic, NO_TRAFFIC);
}

function fromWords(parts: readonly TrafficPart[]): string {
  const minutes = Math.max(...parts.map(({ coveredMs }) => coveredMs)) / 60_000;
  const span = minutes < 1 ? 'less than a minute' : `${Math.round(minutes)} min`;
  return `last hour (${span} measured), ${sourceWords(parts)}`;
}

function sourceWords(parts: readonly TrafficPart[]): string {
  return [...new Set(parts.map(({ source }) => trafficSourceWords[source]))].join(', ');
}
