import type { LookupCounts } from '#shared/lookups.ts';
import type { MetricsMeanwhile } from '#shared/probe/compareProbe.ts';
import type { ProbeRun } from '#shared/probe/probeResult.ts';
import type { Known } from '#shared/reading.ts';
import type { ToldSize } from '#shared/snapshot.ts';
import type { Estimate } from '#shared/statistics.ts';
import type { CoveredCounts, CoveredLookups } from '#shared/traffic/rangeTraffic.ts';
import type { TrafficSourceId } from '#shared/traffic/trafficSource.ts';

/** What the table of patterns needs of one pattern: counts, of which the reader derives what he shows. */
export interface TableRow {
  readonly pattern: string;
  readonly services: readonly string[];
  readonly sources: readonly TrafficSourceId[];
  /** Null = not measured in the range; `trafficReason` says why. */
  readonly traffic: CoveredCounts | null;
  readonly trafficReason: string;
  /** The same over the span that is compared with. */
  readonly before: CoveredLookups | null;
  readonly worst: (Pick<LookupCounts, 'hits'> & TableWorst) | null;
  /** Hit ratio per step of the range, as `packRatios` writes it. */
  readonly spark: string | null;
  readonly sample: TableSample | null;
  readonly sampleReason: string;
  /** Keys as metrics tell them, of a row without a sample. */
  readonly told: Known<ToldSize> | null;
  readonly probe: TableProbe | null;
}

interface TableWorst {
  readonly fromMs: number;
  readonly lookupCount: number;
}

/** What the last probe counted of a pattern. */
export interface TableProbe extends LookupCounts {
  /** What metrics counted while it ran; null = nothing. */
  readonly meanwhile: MetricsMeanwhile | null;
}

export interface TableSample {
  readonly keyCount: Estimate;
  /** Null = MEMORY USAGE is not permitted. */
  readonly bytes: Estimate | null;
  /** 95th percentile of key and value together. Null = likewise. */
  readonly sizeP95Bytes: number | null;
  readonly ttlP50Ms: number | null;
  readonly noTtlCount: number;
  readonly sampledCount: number;
}

/** Steps that the curves of all rows share, and in which of them any pattern was measured first and last. */
export interface MeasuredSteps {
  readonly fromMs: number;
  readonly stepMs: number;
  readonly stepCount: number;
  readonly first: number;
  readonly last: number;
}

/**
 * Ten thousand rows as columns: each array has one place a row. A tenth of the same rows as objects on the wire and in the
 * browser's parser, and a reader makes objects only of the rows that it draws.
 */
export interface PatternTable {
  readonly pattern: readonly string[];
  readonly services: Repeated<readonly string[]>;
  readonly sources: Repeated<readonly TrafficSourceId[]>;
  readonly traffic: Columns<CoveredCounts>;
  readonly trafficReason: Repeated<string>;
  /** Null = nothing is compared, or nothing was measured then. */
  readonly before: Columns<CoveredLookups> | null;
  readonly worst: WorstColumns | null;
  /** The curves of all rows in one text, `stepCount` characters each. */
  readonly sparks: { readonly steps: MeasuredSteps; readonly text: string } | null;
  readonly sample: SampleColumns | null;
  readonly sampleReason: Repeated<string>;
  /** Metrics tell the size of few rows: only those, by the number of their row. */
  readonly told: readonly { readonly row: number; readonly size: Known<ToldSize> }[];
  readonly probe: ProbedRows | null;
}

/** Values of which many rows have the same: row `i` has `values[places[i]]`. */
export interface Repeated<T> {
  readonly values: readonly T[];
  readonly places: readonly number[];
}

/** `coveredMs` 0 = not measured. */
export type Columns<Counts> = { readonly [Count in keyof Counts]: readonly number[] };

/** Null = the row has none. */
export type WorstColumns = {
  readonly [Fact in keyof NonNullable<TableRow['worst']>]: readonly (number | null)[];
};

/** Null = not known. Low and high are null where the value is exact. */
export interface EstimateColumns {
  readonly value: readonly (number | null)[];
  readonly low: readonly (number | null)[];
  readonly high: readonly (number | null)[];
}

export interface SampleColumns {
  readonly keyCount: EstimateColumns;
  readonly bytes: EstimateColumns;
  readonly sizeP95Bytes: readonly (number | null)[];
  readonly ttlP50Ms: readonly (number | null)[];
  readonly noTtlCount: readonly number[];
  /** 0 = no key of the pattern is in the sample. */
  readonly sampledCount: readonly number[];
}

/** A probe sees few patterns: only those, by the number of their row. */
export interface ProbedRows extends ProbeRun {
  readonly rows: readonly ProbedRow[];
}

interface ProbedRow extends TableProbe {
  readonly row: number;
}
