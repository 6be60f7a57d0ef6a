import { TTL_BOUNDS_SECONDS, type TtlDistribution } from '#shared/histogram/ttlHistogram.ts';
import { type Proportion, wilson } from '#shared/statistics.ts';
import { hasTick, shownBuckets } from '../logBuckets.ts';

export interface TtlBar {
  /** Bounds of the TTL left, seconds; above `fromSeconds` up to and with `toSeconds`. */
  readonly fromSeconds: number;
  /** Null = the last bucket, which has no upper bound. */
  readonly toSeconds: number | null;
  readonly label: string;
  /** Sampled keys in the bucket. */
  readonly count: number;
  /** Share of all sampled keys, with the 95 % interval that a sample allows. */
  readonly share: Proportion;
  /** The share in the sample that is compared with, 0-1; null = none is. */
  readonly beforeShare: number | null;
}

export interface TtlHistogramModel {
  readonly bars: readonly TtlBar[];
  readonly noTtl: Proportion | null;
  readonly noTtlCount: number;
  readonly noTtlShareBefore: number | null;
  readonly sampledCount: number;
  readonly p50Ms: number | null;
  readonly p90Ms: number | null;
}

/** An earlier sample of the same keys. */
export type TtlBefore = Pick<TtlDistribution, 'bucketCounts' | 'noTtlCount' | 'sampledCount'>;

/** The histogram of one distribution; most empty buckets at both ends are left out, those between stay as zeros. */
export function prepareTtlHistogram(
  ttl: TtlDistribution,
  before: TtlBefore | null = null,
): TtlHistogramModel {
  const counts = ttl.bucketCounts;
  const seen = counts.map((count, index) => count + (before?.bucketCounts[index] ?? 0));
  const past = (count: number | undefined) =>
    before === null || before.sampledCount === 0 ? null : (count ?? 0) / before.sampledCount;
  const bars = shownBuckets(seen).map((index) => ({
    ...prepareBar(index, counts[index] ?? 0, ttl.sampledCount),
    beforeShare: past(before?.bucketCounts[index]),
  }));
  return {
    bars,
    noTtl: wilson(ttl.noTtlCount, ttl.sampledCount),
    noTtlCount: ttl.noTtlCount,
    noTtlShareBefore: past(before?.noTtlCount),
    sampledCount: ttl.sampledCount,
    p50Ms: ttl.p50Ms,
    p90Ms: ttl.p90Ms,
  };
}

const NO_SHARE: Proportion = { ratio: 0, low: 0, high: 0 };

function prepareBar(index: number, count: number, sampledCount: number): Omit<TtlBar, 'beforeShare'> {
  const fromSeconds = TTL_BOUNDS_SECONDS[index - 1] ?? 0;
  const isLast = index === TTL_BOUNDS_SECONDS.length - 1;
  const toSeconds = isLast ? null : (TTL_BOUNDS_SECONDS[index] ?? null);
  const label =
    toSeconds === null
      ? `over ${boundText(fromSeconds)}`
      : `${boundText(fromSeconds)} to ${boundText(toSeconds)}`;
  return { fromSeconds, toSeconds, label, count, share: wilson(count, sampledCount) ?? NO_SHARE };
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

/** Text under a bar: its lower bound, where there is room for one. */
export function ttlTick(bars: readonly TtlBar[], index: number): string | undefined {
  const bar = bars[index];
  return bar === undefined || !hasTick(index, bars.length) ? undefined : boundText(bar.fromSeconds);
}
