import type { HistoryStore, TrafficTotals } from '#server/history/historyStore.ts';
import { hitRatio } from '#shared/lookups.ts';
import { type Reading, unknown } from '#shared/reading.ts';
import type { Series } from '#shared/series.ts';
import type { PatternSnapshot, Snapshot } from '#shared/snapshot.ts';
import { type Estimate, type Proportion, wilson } from '#shared/statistics.ts';
import type { TimeSpan } from '#shared/timeRange.ts';
import { perSecond } from '../overview/deriveDifferences.ts';

/** Traffic of one pattern over the chosen range. */
export interface PatternRangeTraffic {
  readonly lookupsPerSecond: number;
  readonly missesPerSecond: number;
  readonly loadsPerSecond: number;
  /** Mean time of a load, ms; null without loads. */
  readonly loadMs: number | null;
  /** Hit ratio with its Wilson interval; null without look-ups. */
  readonly hit: Proportion | null;
  readonly lookupCount: number;
}

export interface PatternRow {
  readonly pattern: string;
  readonly isDeclared: boolean;
  readonly services: readonly string[];
  readonly traffic: Reading<PatternRangeTraffic>;
  /** The same over the span that is compared with; null when nothing is compared or nothing was measured then. */
  readonly before: PatternRangeTraffic | null;
  readonly extraMissesPerSecond: number | null;
  /** Hit ratio per step of the range, 0-1; null values are gaps. Null = not measured in it. */
  readonly spark: Series | null;
  readonly sample: Reading<{
    readonly keyCount: Estimate;
    /** Null = MEMORY USAGE is not permitted. */
    readonly bytes: Estimate | null;
    readonly ttlP50Ms: number | null;
    /** Share of keys without a TTL, 0-1. */
    readonly noTtlRatio: number;
  }>;
}

export interface PatternRowInput {
  readonly snapshot: Pick<Snapshot, 'targetId' | 'patterns'>;
  readonly history: HistoryStore;
  readonly span: TimeSpan;
  readonly before: TimeSpan | null;
  readonly sparkPoints: number;
}

/** One row for each pattern that the sample knows or the metrics measured in the range, in no order. */
export function derivePatternRows(input: PatternRowInput): readonly PatternRow[] {
  const { snapshot, history, span, before } = input;
  const totals = history.trafficTotals(snapshot.targetId, span);
  const totalsBefore = before === null ? null : history.trafficTotals(snapshot.targetId, before);
  const sparks = history.sparklines(snapshot.targetId, span, input.sparkPoints);
  const live = new Map(snapshot.patterns.map((pattern) => [pattern.pattern, pattern]));
  const names = new Set([...live.keys(), ...totals.keys()]);
  return [...names].map((pattern) => {
    const spark = sparks.get(pattern);
    return deriveRow(pattern, {
      live: live.get(pattern),
      total: totals.get(pattern),
      past: totalsBefore?.get(pattern),
      spark: spark === undefined ? null : ratioSeries(spark.hits, spark.misses),
      measuredAtMs: Math.min(span.toMs, spark === undefined ? span.toMs : endOfLastKnown(spark.hits)),
    });
  });
}

interface RowParts {
  readonly live: PatternSnapshot | undefined;
  readonly total: TrafficTotals | undefined;
  readonly past: TrafficTotals | undefined;
  readonly spark: Series | null;
  /** When the history knew it last in the range. */
  readonly measuredAtMs: number;
}

function deriveRow(pattern: string, { live, total, past, spark, measuredAtMs }: RowParts): PatternRow {
  const traffic = rangeTraffic(total);
  const before = rangeTraffic(past);
  return {
    pattern,
    isDeclared: live?.isDeclared ?? false,
    services: live?.traffic.state === 'known' ? live.traffic.value.services : [],
    traffic:
      traffic === null
        ? unknownTraffic(live)
        : {
            state: 'known',
            value: traffic,
            atMs: latest(live) ?? measuredAtMs,
            from: 'metrics of the services',
          },
    before,
    extraMissesPerSecond:
      traffic === null || before === null ? null : traffic.missesPerSecond - before.missesPerSecond,
    spark,
    sample: sampleColumns(live),
  };
}

function latest(live: PatternSnapshot | undefined): number | null {
  return live?.traffic.state === 'known' ? live.traffic.atMs : null;
}

function endOfLastKnown({ fromMs, stepMs, values }: Series): number {
  return fromMs + (values.findLastIndex((value) => value !== null) + 1) * stepMs;
}

function unknownTraffic(live: PatternSnapshot | undefined): Reading<never> {
  if (live?.traffic.state === 'unknown') return live.traffic;
  return unknown('notEnoughData', 'It was not measured in this range.');
}

function rangeTraffic(total: TrafficTotals | undefined): PatternRangeTraffic | null {
  if (total === undefined) return null;
  const lookupCount = total.hits + total.misses;
  const lookupsPerSecond = perSecond(lookupCount, total.coveredMs);
  if (lookupsPerSecond === null) return null;
  return {
    lookupsPerSecond,
    missesPerSecond: perSecond(total.misses, total.coveredMs) ?? 0,
    loadsPerSecond: perSecond(total.loads, total.coveredMs) ?? 0,
    loadMs: total.loads > 0 ? total.loadMs / total.loads : null,
    hit: wilson(total.hits, lookupCount),
    lookupCount,
  };
}

function sampleColumns(live: PatternSnapshot | undefined): PatternRow['sample'] {
  if (live === undefined) return unknown('notEnoughData', 'No key of this pattern is in the last sample.');
  if (live.sample.state === 'unknown') return live.sample;
  const { keyCount, bytes, ttl } = live.sample.value;
  return {
    ...live.sample,
    value: {
      keyCount,
      bytes,
      ttlP50Ms: ttl.p50Ms,
      noTtlRatio: ttl.sampledCount > 0 ? ttl.noTtlCount / ttl.sampledCount : 0,
    },
  };
}

/** Hits / look-ups per step; a step that was not measured or had no look-ups is a gap. */
function ratioSeries(hits: Series, misses: Series): Series {
  const values = hits.values.map((hit, index) => {
    const miss = misses.values[index] ?? null;
    return hit === null || miss === null ? null : hitRatio({ hits: hit, misses: miss });
  });
  return { fromMs: hits.fromMs, stepMs: hits.stepMs, values };
}
