import { chartBand } from '#client/charts/chartBand.ts';
import { bandColours, type ChartSeries, type TimeChartModel } from '#client/charts/chartModel.ts';
import { mergeSteps } from '#client/charts/mergeSteps.ts';
import {
  finishedSteps,
  isKnownSomewhere,
  isLastUnfinished,
  meanRate,
  meanRatio,
  ratePerSecond,
  ratioOfSteps,
  recentSteps,
} from '#client/charts/seriesMath.ts';
import { cutChart, cutSeries, type HistoryStart } from '#client/charts/youngHistory.ts';
import { formatPercent, formatRate } from '#client/lib/formatNumber.ts';
import type { Series } from '#shared/series.ts';
import type { TimeSpan } from '#shared/timeRange.ts';
import { type Overview, overviewStart } from './overviewFacts.ts';

/** Bars that can be told apart, and that a browser draws without a pause. */
const MAX_BARS = 120;

export interface OverviewCharts {
  readonly hitRate: TimeChartModel;
  /** Null when no loads were measured in the span. */
  readonly load: TimeChartModel | null;
  readonly leaving: TimeChartModel;
  /** When measuring began, where that lies late in the span; the charts then begin there. */
  readonly beginsAtMs: number | null;
  readonly span: TimeSpan;
}

/**
 * From the overview alone, which is asked for every 10 s: charts need not be drawn anew at each event of the live stream.
 * `isHitRateWorse` colours the line as the tile is coloured.
 */
export function prepareCharts(overview: Overview, isHitRateWorse: boolean): OverviewCharts {
  const start = overviewStart(overview);
  const load = loadChart(overview);
  return {
    hitRate: cutChart(hitRateChart(overview, isHitRateWorse), start),
    load: load === null ? null : cutChart(load, start),
    leaving: leavingChart(overview, start),
    beginsAtMs: start.beginsAtMs,
    span: overview.span,
  };
}

function hitRateChart(overview: Overview, isWorse: boolean): TimeChartModel {
  const { traffic, trafficBefore, node, nodeBefore, span } = overview;
  const hasServices = isKnownSomewhere(traffic.hits);
  const services = ratioOfSteps(traffic.hits, traffic.misses);
  const redis = ratioOfSteps(node.hits, node.misses);
  const past = hasServices ? trafficBefore : nodeBefore;
  const now = hasServices ? traffic : node;
  const ratioNow = meanRatio(recentSteps(now.hits, span), recentSteps(now.misses, span));
  const ratioBefore = past === null ? null : meanRatio(past.hits, past.misses);
  const main: ChartSeries = {
    label: hasServices ? 'services' : 'Redis, corrected',
    colour: isWorse ? 'verm' : 'blue',
    values: (hasServices ? services : redis).values,
  };
  const hidden = hasServices ? overview.trafficExtremes : overview.nodeExtremes;
  const second: ChartSeries = { label: 'Redis, corrected', colour: 'purple', values: redis.values };
  return {
    title: 'Hit rate',
    summary: `Hit rate ${main.label}: ${percentOrUnknown(ratioNow)} now, ${percentOrUnknown(ratioBefore)} before.`,
    ...axis(redis),
    series: hasServices ? [second, main] : [main],
    before:
      past === null
        ? null
        : { label: 'before', colour: 'base', values: ratioOfSteps(past.hits, past.misses).values },
    band: chartBand(hidden?.hitRatio, hidden?.finerStepMs),
    isLastUnfinished: isLastUnfinished(redis, span),
    yMax: 1,
    whyEmpty: 'no look-ups in this span, so there is no hit rate',
  };
}

function loadChart({
  loadsByPattern,
  traffic,
  trafficExtremes,
  trafficBefore,
  span,
}: Overview): TimeChartModel | null {
  const now = meanRate(recentSteps(traffic.loads, span), recentSteps(traffic.coveredMs, span));
  const before = trafficBefore === null ? null : meanRate(trafficBefore.loads, trafficBefore.coveredMs);
  const first = loadsByPattern[0];
  if (first === undefined) return null;
  const series = loadsByPattern.map(
    ({ pattern, loads }, place): ChartSeries => ({
      label: pattern,
      colour: pattern === 'other' ? 'base' : (bandColours[place % bandColours.length] ?? 'base'),
      values: ratePerSecond(finishedSteps(loads, span), traffic.coveredMs).values,
      isCode: true,
    }),
  );
  return {
    title: 'Source load',
    summary: `Loads from the sources: ${rateOrUnknown(now)} now, ${rateOrUnknown(before)} before. Most by ${first.pattern}.`,
    ...axis(first.loads),
    series,
    band: chartBand(trafficExtremes?.loadsPerSecond, trafficExtremes?.finerStepMs),
  };
}

/** Cut before its steps are merged, so that a young history has fine bars. */
function leavingChart({ node, span }: Overview, start: HistoryStart): TimeChartModel {
  const merged = (series: Series) => mergeSteps(cutSeries(series, start), MAX_BARS);
  const bars = (counts: Series) => ratePerSecond(merged(finishedSteps(counts, span)), merged(node.coveredMs));
  const expired = bars(node.expired);
  const evicted = bars(node.evicted);
  const largest = Math.max(0, ...evicted.values.map((value) => value ?? 0));
  return {
    title: 'Keys leaving',
    summary:
      largest > 0
        ? `Evictions reach ${formatRate(largest)}.`
        : 'No key was evicted; keys leave by their TTL only.',
    ...axis(expired),
    series: [
      { label: 'expired', colour: 'base', values: expired.values },
      { label: 'evicted', colour: 'amber', values: evicted.values },
    ],
  };
}

function axis(series: {
  readonly fromMs: number;
  readonly stepMs: number;
  readonly values: readonly unknown[];
}) {
  return { fromMs: series.fromMs, stepMs: series.stepMs, stepCount: series.values.length };
}

function percentOrUnknown(ratio: number | null): string {
  return ratio === null ? 'not known' : formatPercent(ratio);
}

function rateOrUnknown(perSecond: number | null): string {
  return perSecond === null ? 'not known' : formatRate(perSecond);
}
