import { formatDuration } from '#client/lib/formatTime.ts';
import type { Series } from '#shared/series.ts';
import type { ChartBand } from './chartModel.ts';

interface Hidden {
  readonly low: Series;
  readonly high: Series;
}

/** What the steps of a curve hide, as the chart shows it; null where the curve has the finest steps there are. */
export function chartBand(hidden: Hidden | undefined, finerStepMs: number | undefined): ChartBand | null {
  if (hidden === undefined || finerStepMs === undefined) return null;
  return {
    label: `${formatDuration(finerStepMs)} steps`,
    low: hidden.low.values,
    high: hidden.high.values,
  };
}

/** `61 % to 94 %`; null where it is not known. */
export function bandText(band: ChartBand, index: number, format: (value: number) => string): string | null {
  const low = band.low[index] ?? null;
  const high = band.high[index] ?? null;
  return low === null || high === null ? null : `${format(low)} to ${format(high)}`;
}
