import { chartBand } from '#client/charts/chartBand.ts';
import {
  type ChartBand,
  type ChartColour,
  roundTop,
  type TimeChartModel,
} from '#client/charts/chartModel.ts';
import { finishedSteps, lastKnown, ratePerSecond, ratioOfSteps } from '#client/charts/seriesMath.ts';
import { cutChart, historyStart } from '#client/charts/youngHistory.ts';
import { formatBytes, formatCompact, formatPercent, formatRate } from '#client/lib/formatNumber.ts';
import type { Series } from '#shared/series.ts';
import type { TimeSpan } from '#shared/timeRange.ts';
import type { Node } from './nodeFact.ts';

export interface NodeChart {
  readonly model: TimeChartModel;
  readonly format: (value: number) => string;
}

export interface NodeChartsModel {
  readonly charts: readonly NodeChart[];
  /** When measuring began, where that lies late in the span; the charts then begin there. */
  readonly beginsAtMs: number | null;
}

/** Small multiples of one node: work, hits, room, keys. */
export function prepareNodeCharts(node: Pick<Node, 'series' | 'extremes'>, span: TimeSpan): NodeChartsModel {
  const start = historyStart([node.series.usedMemoryBytes, node.series.hits]);
  const charts = wholeCharts(node, span).map(({ model, format }) => ({
    model: cutChart(model, start),
    format,
  }));
  return { charts, beginsAtMs: start.beginsAtMs };
}

function wholeCharts(
  { series, extremes }: Pick<Node, 'series' | 'extremes'>,
  span: TimeSpan,
): readonly NodeChart[] {
  const rate = (counts: Series) => ratePerSecond(finishedSteps(counts, span), series.coveredMs);
  const band = (of: Exclude<keyof NonNullable<Node['extremes']>, 'finerStepMs'>) => ({
    band: chartBand(extremes?.[of], extremes?.finerStepMs),
  });
  return [
    chart('Commands', rate(series.commands), { format: formatRate, ...band('commandsPerSecond') }),
    chart('Hit rate, corrected', ratioOfSteps(series.hits, series.misses), {
      format: formatPercent,
      yMax: 1,
      ...band('hitRatio'),
    }),
    chart('Memory used', series.usedMemoryBytes, {
      format: formatBytes,
      yMax: bytesTop(extremes?.usedMemoryBytes.high ?? series.usedMemoryBytes),
      ...band('usedMemoryBytes'),
    }),
    chart('Keys', series.keyCount, { format: formatCompact, ...band('keyCount') }),
    chart('Expired', rate(series.expired), {
      format: formatRate,
      colour: 'base',
      ...band('expiredPerSecond'),
    }),
    chart('Evicted', rate(series.evicted), {
      format: formatRate,
      colour: 'amber',
      ...band('evictedPerSecond'),
    }),
    chart('Clients', series.connectedClientCount, { format: formatCompact, ...band('connectedClientCount') }),
    chart('Our own look-ups', rate(series.ownLookups), { format: formatRate, colour: 'purple' }),
  ];
}

/** A round top in the unit that the axis prints, which is not a power of ten. */
function bytesTop(series: Series): number {
  const max = Math.max(1, ...series.values.map((value) => value ?? 0));
  const unit = 1_024 ** Math.floor(Math.log(max) / Math.log(1_024));
  return roundTop(max / unit) * unit;
}

interface ChartTraits {
  readonly format: (value: number) => string;
  readonly colour?: ChartColour;
  readonly yMax?: number;
  readonly band?: ChartBand | null;
}

function chart(
  title: string,
  series: Series,
  { format, colour = 'blue', yMax, band = null }: ChartTraits,
): NodeChart {
  const last = lastKnown(series);
  return {
    format,
    model: {
      title,
      summary: `${title}: ${last === null ? 'not known' : `${format(last)} at the end of the span`}.`,
      fromMs: series.fromMs,
      stepMs: series.stepMs,
      stepCount: series.values.length,
      series: [{ label: title, colour, values: series.values }],
      band,
      ...(yMax === undefined ? {} : { yMax }),
    },
  };
}
