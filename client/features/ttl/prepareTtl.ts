import { formatCompact, formatCount } from '#client/lib/formatNumber.ts';
import { formatAge } from '#client/lib/formatTime.ts';
import type { RouterOutputs } from '#client/lib/routerOutputs.ts';
import { orderRows, parseRowOrder, type RowOrder, type SortValue } from '#client/lib/rowOrder.ts';
import type { TtlDistribution } from '#shared/histogram/ttlHistogram.ts';
import { type Estimate, type Proportion, wilson } from '#shared/statistics.ts';

export type TtlData = RouterOutputs['ttl']['get'];

/** Columns that can be sorted, as they stand in the URL. */
const ttlSorts = ['pattern', 'p50', 'p90', 'noTtl', 'keys', 'bytes', 'sampled'] as const;
export type TtlSort = (typeof ttlSorts)[number];

/** Where most keys stay for ever, and then the largest. */
const DEFAULT_ORDER: RowOrder<TtlSort> = { column: 'noTtl', direction: 'descending' };

export function ttlOrder(text: string | undefined): RowOrder<TtlSort> {
  return parseRowOrder(text, ttlSorts) ?? DEFAULT_ORDER;
}

export interface TtlRow {
  readonly pattern: string;
  readonly keyCount: Estimate;
  readonly bytes: Estimate | null;
  readonly p50Ms: number | null;
  readonly p90Ms: number | null;
  readonly noTtl: Proportion | null;
  readonly sampledCount: number;
}

const sortValues: Record<TtlSort, (row: TtlRow) => SortValue> = {
  pattern: (row) => row.pattern,
  p50: (row) => row.p50Ms,
  p90: (row) => row.p90Ms,
  noTtl: (row) => row.noTtl?.ratio ?? null,
  keys: (row) => row.keyCount.value,
  bytes: (row) => row.bytes?.value ?? null,
  sampled: (row) => row.sampledCount,
};

/** Rows of the table whose pattern holds the filter; ties go by keys, then name. */
export function prepareTtlRows(data: TtlData, filter: string, order: RowOrder<TtlSort>): readonly TtlRow[] {
  const text = filter.trim().toLowerCase();
  const rows = data.patterns
    .filter(({ pattern }) => pattern.toLowerCase().includes(text))
    .map(({ pattern, ttl, keyCount, bytes }) => ({
      pattern,
      keyCount,
      bytes,
      p50Ms: ttl.p50Ms,
      p90Ms: ttl.p90Ms,
      noTtl: wilson(ttl.noTtlCount, ttl.sampledCount),
      sampledCount: ttl.sampledCount,
    }))
    .sort((a, b) => b.keyCount.value - a.keyCount.value || (a.pattern < b.pattern ? -1 : 1));
  return orderRows(rows, sortValues[order.column], order.direction);
}

export interface ChosenTtl {
  /** Null when no sample is known. */
  readonly ttl: TtlDistribution | null;
  /** Null while that of the pattern is on its way. */
  readonly forecast: TtlData['forecast'];
  /** True when every key was read, so that nothing has an error of sampling. */
  readonly isExact: boolean;
  /** True when the chosen pattern is not in the sample, and all keys are shown in its place. */
  readonly isMissing: boolean;
}

/** What stands above the table: of one pattern, of all keys (null), or of all keys because the sample has none of the pattern. */
export function chosenTtl({ sample, patterns, forecast }: TtlData, pattern: string | null): ChosenTtl {
  const all = sample.state === 'known' ? sample.value : null;
  const chosen = patterns.find((candidate) => candidate.pattern === pattern);
  if (pattern !== null && chosen !== undefined) {
    const own = forecast?.pattern === pattern ? forecast : null;
    return { ttl: chosen.ttl, forecast: own, isExact: chosen.keyCount.isExact, isMissing: false };
  }
  return {
    ttl: all?.ttl ?? null,
    forecast: all === null ? null : { ...all, pattern: null },
    isExact: all?.isComplete ?? false,
    isMissing: pattern !== null,
  };
}

/** How much was read of the chosen pattern, and how old it is; of all keys `ttlBasis` says more. */
export function patternBasis({ ttl, isExact }: ChosenTtl, sample: TtlData['sample'], nowMs: number): string {
  if (sample.state === 'unknown' || ttl === null) return ttlBasis(sample, nowMs);
  const keys = `${formatCount(ttl.sampledCount)} ${ttl.sampledCount === 1 ? 'key' : 'keys'}`;
  const read = isExact
    ? `all ${keys} read`
    : `${keys} of it in the sample of ${formatCount(sample.value.sampledCount)}`;
  return `${read}, ${formatAge(nowMs - sample.value.endedAtMs)} old`;
}

/** How much was read to know this, how sure its shares are, and how old it is. */
export function ttlBasis(sample: TtlData['sample'], nowMs: number): string {
  if (sample.state === 'unknown') return sample.detail;
  const { isComplete, sampledCount, keyCount, shareErrorPoints, endedAtMs } = sample.value;
  const age = `${formatAge(nowMs - endedAtMs)} old`;
  if (isComplete) return `all ${formatCount(sampledCount)} keys read, ${age}`;
  return `sample of ${formatCount(sampledCount)} keys of ${formatCompact(keyCount)}, shares ± ${shareErrorPoints.toFixed(1)} points, ${age}`;
}
