import { formatBytes, formatCompact, formatCount, formatPercent } from '#client/lib/formatNumber.ts';
import { SIZE_BOUNDS_BYTES, type SizeDistribution } from '#shared/histogram/sizeHistogram.ts';
import { wilson } from '#shared/statistics.ts';
import type { HistogramBar } from '../Histogram.tsx';
import { hasTick, shownBuckets } from '../logBuckets.ts';

export interface SizeHistogramModel {
  /** Shares of the sampled keys; none when no size is known. */
  readonly bars: readonly HistogramBar[];
  readonly summary: string;
}

/** The histogram of one distribution; most empty buckets at both ends are left out, those between stay as zeros. */
export function prepareSizeHistogram(sizes: SizeDistribution, isExact: boolean): SizeHistogramModel {
  const { bucketCounts, bucketBytes, sampledCount } = sizes;
  const allBytes = bucketBytes.reduce((sum, bytes) => sum + bytes, 0);
  const buckets = shownBuckets(bucketCounts);
  const bars = buckets.map((bucket, index): HistogramBar => {
    const count = bucketCounts[bucket] ?? 0;
    const share = wilson(count, sampledCount) ?? { ratio: 0, low: 0, high: 0 };
    const bytesRatio = allBytes > 0 ? (bucketBytes[bucket] ?? 0) / allBytes : 0;
    return {
      label: label(bucket),
      value: share.ratio,
      basis: `${formatCount(count)} of ${formatCount(sampledCount)} ${isExact ? '' : 'sampled '}keys, ${formatPercent(bytesRatio)} of their bytes`,
      ...(isExact ? {} : { low: share.low, high: share.high }),
      ...(hasTick(index, buckets.length) ? { tick: formatBytes(SIZE_BOUNDS_BYTES[bucket - 1] ?? 0) } : {}),
    };
  });
  return { bars, summary: summaryText(sizes, isExact) };
}

function label(bucket: number): string {
  const from = formatBytes(SIZE_BOUNDS_BYTES[bucket - 1] ?? 0);
  const to = SIZE_BOUNDS_BYTES[bucket];
  return bucket === SIZE_BOUNDS_BYTES.length - 1 || to === undefined
    ? `over ${from}`
    : `${from} to ${formatBytes(to)}`;
}

function summaryText(sizes: SizeDistribution, isExact: boolean): string {
  const { p50Bytes, p95Bytes, maxBytes, sampledCount, unknownCount } = sizes;
  if (p50Bytes === null || p95Bytes === null || maxBytes === null) return 'The size of no key is known.';
  const untold = unknownCount === 0 ? '' : `; of ${formatCompact(unknownCount)} more Redis did not tell it`;
  return `Half of the keys take up to ${formatBytes(p50Bytes)}, 95 % up to ${formatBytes(p95Bytes)}, the largest ${formatBytes(maxBytes)}. Of ${formatCompact(sampledCount)} ${isExact ? '' : 'sampled '}keys${untold}.`;
}
