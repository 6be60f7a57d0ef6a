import { formatCompact, formatCount } from '#client/lib/formatNumber.ts';
import { formatAge } from '#client/lib/formatTime.ts';
import type { RouterOutputs } from '#client/lib/routerOutputs.ts';
import { type Estimate, type Proportion, wilson } from '#shared/statistics.ts';
import { TTL_BOUNDS_SECONDS, type TtlDistribution } from '#shared/ttlHistogram.ts';

export type TtlData = RouterOutputs['ttl']['get'];

export interface TtlBar {
  /** Bounds of the TTL left, seconds; above `fromSeconds` up to and with `toSeconds`. */
  readonly fromSeconds: number;
  /** Null = the last bucket, which has no upper bound. */
  readonly toSeconds: number | null;
  readonly label: string;
  /** Sampled keys in the bucket. */
  readonly count: number;
  /** Share of all sampled keys, 0-1. */
  readonly ratio: number;
}

export interface TtlModel {
  readonly bars: readonly TtlBar[];
  readonly noTtl: Proportion | null;
  readonly noTtlCount: number;
  readonly sampledCount: number;
  readonly p50Ms: number | null;
  readonly p90Ms: number | null;
}

/** The histogram of one distribution; empty buckets at both ends are left out, those between stay as zeros. */
export function prepareTtl(ttl: TtlDistribution): TtlModel {
  const counts = ttl.bucketCounts;
  const first = counts.findIndex((count) => count > 0);
  const last = counts.findLastIndex((count) => count > 0);
  const bars =
    first < 0
      ? []
      : counts
          .slice(first, last + 1)
          .map((count, offset) => prepareBar(first + offset, count, ttl.sampledCount));
  return {
    bars,
    noTtl: wilson(ttl.noTtlCount, ttl.sampledCount),
    noTtlCount: ttl.noTtlCount,
    sampledCount: ttl.sampledCount,
    p50Ms: ttl.p50Ms,
    p90Ms: ttl.p90Ms,
  };
}

function prepareBar(index: number, count: number, sampledCount: number): TtlBar {
  const fromSeconds = TTL_BOUNDS_SECONDS[index - 1] ?? 0;
  const isLast = index === TTL_BOUNDS_SECONDS.length - 1;
  const toSeconds = isLast ? null : (TTL_BOUNDS_SECONDS[index] ?? null);
  const label =
    toSeconds === null
      ? `over ${boundText(fromSeconds)}`
      : `${boundText(fromSeconds)} to ${boundText(toSeconds)}`;
  return { fromSeconds, toSeconds, label, count, ratio: sampledCount > 0 ? count / sampledCount : 0 };
}

const UNITS = [
  [86_400, 'd'],
  [3_600, 'h'],
  [60, 'min'],
  [1, 's'],
] as const;

/** A bound in its largest unit, two digits: `5.6 s`, `30 min`, `8.9 h`. */
export function boundText(seconds: number): string {
  for (const [size, name] of UNITS) {
    if (seconds >= size) return `${Number((seconds / size).toPrecision(2))}\u202f${name}`;
  }
  return `${seconds}\u202fs`;
}

export interface TtlRow {
  readonly pattern: string;
  readonly keyCount: Estimate;
  readonly bytes: Estimate;
  readonly p50Ms: number | null;
  readonly p90Ms: number | null;
  readonly noTtl: Proportion | null;
  readonly sampledCount: number;
}

/** Rows of the table: most keys without a TTL first, because those stay until they are evicted. */
export function prepareTtlRows(data: TtlData, filter: string): readonly TtlRow[] {
  const text = filter.trim().toLowerCase();
  return data.patterns
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
    .sort((a, b) => withoutTtl(b) - withoutTtl(a) || b.keyCount.value - a.keyCount.value || byName(a, b));
}

function withoutTtl(row: TtlRow): number {
  return (row.noTtl?.ratio ?? 0) * row.keyCount.value;
}

function byName(a: TtlRow, b: TtlRow): number {
  return a.pattern < b.pattern ? -1 : 1;
}

/** How much was read to know this, how sure its shares are, and how old it is. */
export function ttlBasis(sample: TtlData['sample'], nowMs: number): string {
  if (sample.state === 'unknown') return sample.detail;
  const { isComplete, sampledCount, keyCount, shareErrorPoints, endedAtMs } = sample.value;
  const age = `${formatAge(nowMs - endedAtMs)} old`;
  if (isComplete) return `all ${formatCount(sampledCount)} keys read, ${age}`;
  return `sample of ${formatCount(sampledCount)} keys of ${formatCompact(keyCount)}, shares ± ${shareErrorPoints.toFixed(1)} points, ${age}`;
}
