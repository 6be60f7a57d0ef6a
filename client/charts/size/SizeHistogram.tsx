import { formatPercent } from '#client/lib/formatNumber.ts';
import type { SizeDistribution } from '#shared/histogram/sizeHistogram.ts';
import type { ChartLayout } from '../ChartFigure.tsx';
import { Histogram } from '../Histogram.tsx';
import { prepareSizeHistogram } from './prepareSizeHistogram.ts';

interface SizeHistogramProps extends ChartLayout {
  title: string;
  sizes: SizeDistribution;
  /** True when every key was read: no bar has an error then. */
  isExact: boolean;
}

/** Sizes of sampled keys on a log axis, each bucket twice as wide as the one before. */
export function SizeHistogram({ title, sizes, isExact, ...layout }: SizeHistogramProps) {
  const { bars, summary } = prepareSizeHistogram(sizes, isExact);
  return <Histogram title={title} summary={summary} bars={bars} format={formatPercent} {...layout} />;
}
