import type { HistoryStore, TrafficTotals } from '#server/history/historyStore.ts';
import { hitRatio } from '#shared/lookups.ts';
import { packRatios } from '#shared/ratioText.ts';
import { type Reading, unknown } from '#shared/reading.ts';
import type { Series } from '#shared/series.ts';
import type { PatternSnapshot, PatternTraffic, Snapshot } from '#shared/snapshot.ts';
import type { Estimate } from '#shared/statistics.ts';
import type { TimeSpan } from '#shared/timeRange.ts';
import type { NotAdded } from '#shared/traffic/trafficPart.ts';
import type { TrafficIdentity, TrafficSourceId } from '#shared/traffic/trafficSource.ts';
import { type PatternRangeTraffic, rangeTraffic } from './rangeTraffic.ts';
import { type WorstStep, worstSteps } from './worstSteps.ts';

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
}

export interface PatternRowInput {
  readonly snapshot: Pick<Snapshot, 'targetId' | 'patterns'>;
  readonly history: HistoryStore;
  readonly span: TimeSpan;
  readonly before: TimeSpan | null;
  readonly sparkPoints: number;
}

export interface PatternRows {
  readonly rows: readonly PatternRow[];
  /** Steps that the sparks of all rows share; null when nothing was measured. */
  readonly sparkGrid: { readonly fromMs: number; readonly stepMs: number } | null;
}

/** One row for each pattern that the sample knows or the metrics measured in the range, in no order. */
export function derivePatternRows(input: PatternRowInput): PatternRows {
  const { snapshot, history, span, before } = input;
  const totals = history.trafficTotals(snapshot.targetId, span);
  const totalsBefore = before === null ? null : history.trafficTotals(snapshot.targetId, before);
  const sparks = history.sparklines(snapshot.targetId, span, input.sparkPoints);
  const worst = worstSteps(history, snapshot.targetId, span);
  const live = new Map(snapshot.patterns.map((pattern) => [pattern.pattern, pattern]));
  const names = new Set([...live.keys(), ...totals.keys()]);
  const rows = [...names].map((pattern) => {
    const spark = sparks.get(pattern);
    return deriveRow(pattern, {
      live: live.get(pattern),
      total: totals.get(pattern),
      past: totalsBefore?.get(pattern),
      worst: worst.get(pattern) ?? null,
      spark: spark === undefined ? null : packRatios(ratios(spark.hits, spark.misses)),
      measuredAtMs: Math.min(span.toMs, spark === undefined ? span.toMs : endOfLastKnown(spark.hits)),
    });
  });
  const [grid] = sparks.values();
  return {
    rows,
    sparkGrid: grid === undefined ? null : { fromMs: grid.hits.fromMs, stepMs: grid.hits.stepMs },
  };
}

interface RowParts {
  readonly live: PatternSnapshot | undefined;
  readonly total: TrafficTotals | undefined;
  readonly past: TrafficTotals | undefined;
  readonly worst: WorstStep | null;
  readonly spark: string | null;
  /** When the history knew it last in the range. */
  readonly measuredAtMs: number;
}

function deriveRow(pattern: string, parts: RowParts): PatternRow {
  const { live, total, past, spark, worst, measuredAtMs } = parts;
  const told = live?.traffic.state === 'known' ? live.traffic.value : NOBODY;
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
  };
}

const NOBODY: Pick<PatternTraffic, 'sources' | 'notAdded' | 'services'> = {
  sources: [],
  notAdded: [],
  services: [],
};

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

function sampleColumns(live: PatternSnapshot | undefined): PatternRow['sample'] {
  if (live === undefined) return unknown('notEnoughData', 'No key of this pattern is in the last sample.');
  if (live.sample.state === 'unknown') return live.sample;
  const { keyCount, bytes, sizes, ttl } = live.sample.value;
  return {
    ...live.sample,
    value: {
      keyCount,
      bytes,
      sizeP95Bytes: sizes.p95Bytes,
      ttlP50Ms: ttl.p50Ms,
      noTtlRatio: ttl.sampledCount > 0 ? ttl.noTtlCount / ttl.sampledCount : 0,
    },
  };
}

/** Hits / look-ups per step; a step that was not measured or had no look-ups is a gap. */
function ratios(hits: Series, misses: Series): readonly (number | null)[] {
  return hits.values.map((hit, index) => {
    const miss = misses.values[index] ?? null;
    return hit === null || miss === null ? null : hitRatio({ hits: hit, misses: miss });
  });
}
