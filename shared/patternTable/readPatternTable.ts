import type { Known } from '#shared/reading.ts';
import type { ToldSize } from '#shared/snapshot.ts';
import { exact } from '#shared/statistics.ts';
import type { CoveredCounts, CoveredLookups } from '#shared/traffic/rangeTraffic.ts';
import type {
  EstimateColumns,
  PatternTable,
  Repeated,
  TableProbe,
  TableRow,
  TableSample,
} from './patternTable.ts';

/** The value of one row; `blank` where the table has no such row. */
export function repeatedAt<T>({ values, places }: Repeated<T>, row: number, blank: T): T {
  return values[places[row] ?? -1] ?? blank;
}

/** Null = not measured in the range. */
export function trafficAt({ traffic }: PatternTable, row: number): CoveredCounts | null {
  const coveredMs = traffic.coveredMs[row] ?? 0;
  if (coveredMs <= 0) return null;
  return {
    hits: traffic.hits[row] ?? 0,
    misses: traffic.misses[row] ?? 0,
    loads: traffic.loads[row] ?? 0,
    loadMs: traffic.loadMs[row] ?? 0,
    coveredMs,
  };
}

/** Null = not measured in the span that is compared with. */
export function beforeAt({ before }: PatternTable, row: number): CoveredLookups | null {
  const coveredMs = before?.coveredMs[row] ?? 0;
  if (before === null || coveredMs <= 0) return null;
  return { hits: before.hits[row] ?? 0, misses: before.misses[row] ?? 0, coveredMs };
}

export function worstAt({ worst }: PatternTable, row: number): TableRow['worst'] {
  const fromMs = worst?.fromMs[row] ?? null;
  const hits = worst?.hits[row] ?? null;
  const lookupCount = worst?.lookupCount[row] ?? null;
  return fromMs === null || hits === null || lookupCount === null ? null : { fromMs, hits, lookupCount };
}

/** Hit ratios by step, as `packRatios` writes them; null where no step of the row was measured. */
export function sparkAt({ sparks }: PatternTable, row: number): string | null {
  if (sparks === null) return null;
  const { stepCount } = sparks.steps;
  const text = sparks.text.slice(row * stepCount, (row + 1) * stepCount);
  return text.trim() === '' ? null : text;
}

/** Null = no key of the pattern is in the sample. */
export function sampleAt({ sample }: PatternTable, row: number): TableSample | null {
  const keyCount = sample === null ? null : estimateAt(sample.keyCount, row);
  if (sample === null || keyCount === null) return null;
  return {
    keyCount,
    bytes: estimateAt(sample.bytes, row),
    sizeP95Bytes: sample.sizeP95Bytes[row] ?? null,
    ttlP50Ms: sample.ttlP50Ms[row] ?? null,
    noTtlCount: sample.noTtlCount[row] ?? 0,
    sampledCount: sample.sampledCount[row] ?? 0,
  };
}

function estimateAt(columns: EstimateColumns, row: number): TableSample['bytes'] {
  const value = columns.value[row] ?? null;
  const low = columns.low[row] ?? null;
  const high = columns.high[row] ?? null;
  if (value === null) return null;
  return low === null || high === null ? exact(value) : { value, low, high, isExact: false };
}

/** Keys as metrics tell them, by the number of the row. */
export function toldRows({ told }: PatternTable): ReadonlyMap<number, Known<ToldSize>> {
  return new Map(told.map(({ row, size }) => [row, size]));
}

/** What the probe counted, by the number of the row. */
export function probedRows({ probe }: PatternTable): ReadonlyMap<number, TableProbe> {
  return new Map(probe?.rows.map(({ row, ...counted }) => [row, counted]));
}
