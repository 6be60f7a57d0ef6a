import type { HistoryStore, TrafficTotals } from '#server/history/historyStore.ts';
import { hitRatio } from '#shared/lookups.ts';
import { packRatios } from '#shared/ratioText.ts';
import type { Series } from '#shared/series.ts';
import type { PatternSnapshot, Snapshot } from '#shared/snapshot.ts';
import type { TimeSpan } from '#shared/timeRange.ts';
import { type WorstStep, worstSteps } from './worstSteps.ts';

export interface PatternRowInput {
  readonly snapshot: Pick<Snapshot, 'targetId' | 'patterns'>;
  readonly history: HistoryStore;
  readonly span: TimeSpan;
  readonly before: TimeSpan | null;
  readonly sparkPoints: number;
}

/** Steps that the curves of all rows share; null when nothing was measured. */
export type SparkGrid = { readonly fromMs: number; readonly stepMs: number } | null;

/** All that is known of one pattern; absent = nothing. */
export interface PatternFacts {
  readonly pattern: string;
  readonly live: PatternSnapshot | undefined;
  readonly total: TrafficTotals | undefined;
  readonly past: TrafficTotals | undefined;
  readonly worst: WorstStep | null;
  /** Hit ratio per step of the range, as `packRatios` writes it. */
  readonly spark: string | null;
  /** When the history knew it last in the range. */
  readonly measuredAtMs: number;
}

export interface GatheredPatterns {
  readonly patterns: readonly PatternFacts[];
  readonly sparkGrid: SparkGrid;
}

/** Every pattern that the sample knows or the metrics measured in the range, in no order. */
export function gatherPatterns(input: PatternRowInput): GatheredPatterns {
  const { snapshot, history, span, before } = input;
  const totals = history.trafficTotals(snapshot.targetId, span);
  const totalsBefore = before === null ? null : history.trafficTotals(snapshot.targetId, before);
  const sparks = history.sparklines(snapshot.targetId, span, input.sparkPoints);
  const worst = worstSteps(history, snapshot.targetId, span);
  const live = new Map(snapshot.patterns.map((pattern) => [pattern.pattern, pattern]));
  const names = new Set([...live.keys(), ...totals.keys()]);
  const patterns = [...names].map((pattern) => {
    const spark = sparks.get(pattern);
    return {
      pattern,
      live: live.get(pattern),
      total: totals.get(pattern),
      past: totalsBefore?.get(pattern),
      worst: worst.get(pattern) ?? null,
      spark: spark === undefined ? null : packRatios(ratios(spark.hits, spark.misses)),
      measuredAtMs: Math.min(span.toMs, spark === undefined ? span.toMs : endOfLastKnown(spark.hits)),
    };
  });
  const [grid] = sparks.values();
  return {
    patterns,
    sparkGrid: grid === undefined ? null : { fromMs: grid.hits.fromMs, stepMs: grid.hits.stepMs },
  };
}

function endOfLastKnown({ fromMs, stepMs, values }: Series): number {
  return fromMs + (values.findLastIndex((value) => value !== null) + 1) * stepMs;
}

/** Hits / look-ups per step; a step that was not measured or had no look-ups is a gap. */
function ratios(hits: Series, misses: Series): readonly (number | null)[] {
  return hits.values.map((hit, index) => {
    const miss = misses.values[index] ?? null;
    return hit === null || miss === null ? null : hitRatio({ hits: hit, misses: miss });
  });
}
