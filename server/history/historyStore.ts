import type { TtlDistribution } from '#shared/histogram/ttlHistogram.ts';
import type { Mark, Series } from '#shared/series.ts';
import type { BreakerStretch } from '#shared/services/breakerStretch.ts';
import type { TargetId } from '#shared/target.ts';
import type { TimeSpan } from '#shared/timeRange.ts';
import type { TrafficCounts } from '#shared/traffic/trafficCounts.ts';
import type { TrafficIdentity, TrafficSourceId } from '#shared/traffic/trafficSource.ts';
import type { InvalidationPoint, InvalidationSeries } from './invalidationPoint.ts';

/**
 * What a pattern's traffic added within one step of 10 s. Counts. The point itself says that the pattern was measured in
 * the step, so an idle pattern is a point of zeros, and no point means that nobody knows.
 */
export interface TrafficPoint extends Readonly<Record<TrafficMetric, number>> {
  readonly pattern: string;
  /** What told it; a pattern may have a point for each. Null or absent = not told. */
  readonly service?: string | null;
  readonly version?: string | null;
  readonly source?: TrafficSourceId;
  readonly identity?: TrafficIdentity;
  readonly levels?: TrafficCounts['levels'];
  readonly missReasons?: TrafficCounts['missReasons'];
}

/** What a sampling round said of a pattern. Null = not known. */
export interface SamplePoint {
  readonly pattern: string;
  readonly keyCount: number;
  readonly bytes: number | null;
  readonly ttlP50Ms: number | null;
  readonly noTtlRatio: number | null;
}

/** One node over one step of 10 s: counts added in it (null = not known), and gauges at its end. */
export interface NodePoint {
  readonly nodeId: string;
  readonly hits: number | null;
  readonly misses: number | null;
  readonly ownLookups: number | null;
  readonly commands: number | null;
  readonly expired: number | null;
  readonly evicted: number | null;
  readonly keyCount: number | null;
  readonly usedMemoryBytes: number | null;
  readonly connectedClientCount: number | null;
}

/** Counts of a pattern summed over what was measured of it in a span. */
export interface TrafficTotals extends Readonly<Record<TrafficMetric, number>> {
  /** Time inside the span in which this pattern was measured, ms; a rate is count / coveredMs. */
  readonly coveredMs: number;
}

export type NodeMetric = Exclude<keyof NodePoint, 'nodeId'>;
export type TrafficMetric = 'hits' | 'misses' | 'loads' | 'loadMs' | 'puts';
export type SampleMetric = Exclude<keyof SamplePoint, 'pattern'>;

/**
 * Series of one thing on one grid. Counts are sums over the step; gauges the last known value in it. `coveredMs` is how
 * much of the step was measured: a rate is count / coveredMs, so that an unfinished or interrupted step shows no dip.
 */
export type CoveredSeries<Metric extends string> = Readonly<Record<Metric | 'coveredMs', Series>>;

/** Who counted a pattern's traffic. Null = it does not say. */
export interface TrafficOrigin {
  readonly pattern: string;
  readonly service: string | null;
  readonly version: string | null;
  readonly source: TrafficSourceId;
  readonly identity: TrafficIdentity;
}

/** What one origin counted over what was measured of it in a span, with levels and reasons where it tells them. */
export interface OriginTotals extends TrafficOrigin, TrafficCounts {
  readonly coveredMs: number;
}

/** How long the TTLs of a pattern's sampled keys were. Counts of sampled keys. */
export interface TtlPoint extends Pick<TtlDistribution, 'bucketCounts' | 'noTtlCount' | 'sampledCount'> {
  /** Null = all keys. */
  readonly pattern: string | null;
  /** True when every key was read. */
  readonly isExact: boolean;
}

/** A TTL histogram of the past. */
export interface TtlBaseline extends Omit<TtlPoint, 'pattern'> {
  readonly sampledAtMs: number;
}

/** The lowest and the highest of finer steps, within each step of a grid. */
export interface Extremes {
  readonly low: Series;
  readonly high: Series;
}

export type TrafficExtreme = 'hitRatio' | 'lookupsPerSecond' | 'missesPerSecond' | 'loadsPerSecond';
export type NodeExtreme =
  | 'hitRatio'
  | 'commandsPerSecond'
  | 'expiredPerSecond'
  | 'evictedPerSecond'
  | 'keyCount'
  | 'usedMemoryBytes'
  | 'connectedClientCount';

/** What the steps of a series hide: a mean over an hour shows neither a stampede of ten seconds nor a dip. */
export type ExtremeSeries<Metric extends string> = Readonly<Record<Metric, Extremes>> & {
  /** Width of the finer steps, ms. */
  readonly finerStepMs: number;
};

export interface HistoryState {
  readonly state: 'recording' | 'stopped';
  /** Why it stopped and what to do; empty while recording. */
  readonly detail: string;
}

/** Width of the finest step, ms. Points are aligned to it (epoch). */
export const HISTORY_STEP_MS = 10_000;

/**
 * Series over time: 10 s steps for 48 hours, minutes for 30 days, hours for 13 months. Reads choose the finest step
 * that is kept for the span and gives at most `maxPoints`; steps start inside the span and are aligned to the epoch.
 * A step in which a thing was not measured is a gap (null) of it, whatever else was measured then; one in which it was
 * measured and idle is zero. A pattern that several places report is measured when any of them is read.
 * Writes never throw: a store that cannot write changes its state, says so, and tries again by itself.
 */
export interface HistoryStore {
  state(): HistoryState;
  /**
   * Adds what one place reported to the step that starts at `stepAtMs` (aligned). Recording the same step again adds up;
   * each pattern covers its step once. The call itself covers the step of the total, so a place that lists no pattern
   * yet is recorded by an empty list.
   */
  recordTraffic(targetId: TargetId, stepAtMs: number, points: readonly TrafficPoint[]): void;
  recordNodes(targetId: TargetId, stepAtMs: number, points: readonly NodePoint[]): void;
  /** Kept by the minute that starts at `minuteAtMs`. */
  recordSample(targetId: TargetId, minuteAtMs: number, points: readonly SamplePoint[]): void;
  /** The first of each hour is kept for 32 days, of the 1,000 patterns with the most sampled keys. */
  recordTtl(targetId: TargetId, sampledAtMs: number, points: readonly TtlPoint[]): void;
  recordMark(targetId: TargetId, mark: Mark): void;
  /** Kept for 31 days, and of all breakers 200,000 at most. One that was recorded before may come again, longer. */
  recordBreakers(targetId: TargetId, stretches: readonly BreakerStretch[]): void;
  /** Recording the same step again adds up; a service covers its step once. At most 500 services of a target are kept apart. */
  recordInvalidations(targetId: TargetId, stepAtMs: number, points: readonly InvalidationPoint[]): void;
  /**
   * Patterns that were measured in the span, idle ones too; one that was not is absent. The ends of the span are rounded
   * to steps of at most 1 % of it.
   */
  trafficTotals(targetId: TargetId, span: TimeSpan): ReadonlyMap<string, TrafficTotals>;
  /** One series a metric; `pattern` null = the sum of what was measured, covered where anything was. */
  trafficSeries(
    targetId: TargetId,
    pattern: string | null,
    span: TimeSpan,
    maxPoints: number,
  ): CoveredSeries<TrafficMetric>;
  /**
   * On the grid of `trafficSeries`, from the 10 s steps (minutes, where a range of minutes is older than they are kept).
   * A hit ratio counts from 20 look-ups in a fine step on. The last two minutes are missing where hours are read. Null =
   * the steps are the finest there are, or nothing is known.
   */
  trafficExtremes(
    targetId: TargetId,
    pattern: string | null,
    span: TimeSpan,
    maxPoints: number,
  ): ExtremeSeries<TrafficExtreme> | null;
  /** The same of `nodeSeries`; of all nodes (`nodeId` null) only where there is one, since extremes do not add up. */
  nodeExtremes(
    targetId: TargetId,
    nodeId: string | null,
    span: TimeSpan,
    maxPoints: number,
  ): ExtremeSeries<NodeExtreme> | null;
  /** Hits and misses of many patterns in few points, for sparklines; patterns that were not measured are absent. */
  sparklines(
    targetId: TargetId,
    span: TimeSpan,
    maxPoints: number,
  ): ReadonlyMap<string, { readonly hits: Series; readonly misses: Series }>;
  /** `nodeId` null = all nodes summed; a step in which one of them was read but does not know a value is a gap of it. */
  nodeSeries(
    targetId: TargetId,
    nodeId: string | null,
    span: TimeSpan,
    maxPoints: number,
  ): CoveredSeries<NodeMetric>;
  /** What the sampler said of a pattern over time: the last known value in each step. Minutes are kept for 48 hours. */
  sampleSeries(
    targetId: TargetId,
    pattern: string,
    span: TimeSpan,
    maxPoints: number,
  ): Readonly<Record<SampleMetric, Series>>;
  /**
   * Traffic by who counted it: service, version and source, never instance. By the minute for 48 hours and by the hour for
   * 32 days, with the ends of the span rounded to those or to 1 % of it. Past 8,000 origins of a target the versions of new ones
   * are `other`, past 12,000 everything but their source is. Points without a source have no origin.
   */
  trafficOrigins(targetId: TargetId, span: TimeSpan): readonly OriginTotals[];
  /** The histogram that was taken last at `atMs`, at most three hours earlier; null = none was, or not of this pattern. */
  ttlBefore(targetId: TargetId, pattern: string | null, atMs: number): TtlBaseline | null;
  marks(targetId: TargetId, span: TimeSpan): readonly Mark[];
  /** Whatever reaches into the span, whole; of each breaker oldest first, and the newest 5,000. */
  breakerStretches(targetId: TargetId, span: TimeSpan): readonly BreakerStretch[];
  /** `service` null = all together; a step in which one of them was read but does not tell a count is a gap of it. */
  invalidationSeries(
    targetId: TargetId,
    service: string | null,
    span: TimeSpan,
    maxPoints: number,
  ): InvalidationSeries;
  /**
   * Keeps the extremes of what is over, and deletes a bounded part of what is past its retention. Called about once a
   * minute with the time.
   */
  maintain(nowMs: number): void;
  close(): void;
}
