import { bandColours, type ChartSeries, type TimeChartModel } from '#client/charts/chartModel.ts';
import { mergeSteps } from '#client/charts/mergeSteps.ts';
import { finishedSteps, meanRate, ratePerSecond, recentSteps } from '#client/charts/seriesMath.ts';
import { cutSeries, type HistoryStart, historyStart } from '#client/charts/youngHistory.ts';
import { formatRate } from '#client/lib/formatNumber.ts';
import { bucketQuantile, LAG_BOUNDS_SECONDS } from '#shared/histogram/eventHistograms.ts';
import type { Mark, Series } from '#shared/series.ts';
import { invalidationSources } from '#shared/services/invalidationCounts.ts';
import type { InvalidationAnswer } from './invalidationModel.ts';

export interface InvalidationChartModels {
  readonly rates: TimeChartModel;
  readonly messages: TimeChartModel;
  readonly lag: TimeChartModel;
  /** True where percentiles of no step are known, so that the mean is drawn. */
  readonly isLagMean: boolean;
  /** Where messages were missed or events lost. */
  readonly gaps: readonly Mark[];
  readonly beginsAtMs: number | null;
}

/** Bars that can be told apart. */
const MAX_BARS = 120;
/** More markers would hide the bars: then the widest gaps are marked. */
const MAX_GAPS = 12;
const MS_PER_SECOND = 1_000;

export function prepareInvalidationCharts(answer: InvalidationAnswer): InvalidationChartModels {
  const { series, span } = answer;
  const start = historyStart([series.coveredMs]);
  const bars = (counts: Series) => mergeSteps(cutSeries(finishedSteps(counts, span), start), MAX_BARS);
  const covered = bars(series.coveredMs);
  const rate = (counts: Series) => ratePerSecond(bars(counts), covered);
  const lag = lagChart(answer, start);
  return {
    rates: ratesChart(answer, rate),
    messages: messagesChart(answer, rate),
    lag: lag.model,
    isLagMean: lag.isMean,
    gaps: gapMarks(answer, bars),
    beginsAtMs: start.beginsAtMs,
  };
}

type Rate = (counts: Series) => Series;

function ratesChart({ series, span }: InvalidationAnswer, rate: Rate): TimeChartModel {
  const sources = invalidationSources.map((source, place): ChartSeries & { readonly sum: number } => ({
    label: source,
    colour: bandColours[place % bandColours.length] ?? 'base',
    values: rate(series[source]).values,
    sum: series[source].values.reduce<number>((sum, value) => sum + (value ?? 0), 0),
  }));
  const shown = sources.filter(({ sum }) => sum > 0);
  const most = shown.toSorted((a, b) => b.sum - a.sum)[0];
  const now = invalidationSources.map((source) =>
    meanRate(recentSteps(series[source], span), recentSteps(series.coveredMs, span)),
  );
  const nowRate = now.reduce<number | null>(
    (sum, one) => (sum === null || one === null ? null : sum + one),
    0,
  );
  return {
    title: 'Invalidations by source',
    summary:
      most === undefined
        ? 'Nothing was invalidated in this span, as far as it was read.'
        : `${nowRate === null ? 'Not known' : formatRate(nowRate)} now; most by ${most.label}.`,
    ...axisOf(rate(series.tag)),
    series: (shown.length === 0 ? sources.slice(0, 1) : shown).map(({ sum: _, ...one }) => one),
  };
}

function messagesChart({ series }: InvalidationAnswer, rate: Rate): TimeChartModel {
  const [due, received] = [rate(series.due), rate(series.received)];
  const highest = (one: Series) => Math.max(0, ...one.values.map((value) => value ?? 0));
  return {
    title: 'Messages between instances',
    summary: `Due at most ${formatRate(highest(due))}, received at most ${formatRate(highest(received))}: a message is due once for each other instance of its service that keeps something in memory.`,
    ...axisOf(due),
    series: [
      { label: 'due', colour: 'blue', values: due.values },
      { label: 'received', colour: 'green', values: received.values, isBelow: true },
    ],
  };
}

function lagChart(
  { series }: InvalidationAnswer,
  start: HistoryStart,
): { readonly model: TimeChartModel; readonly isMean: boolean } {
  const buckets = series.lagBuckets.map((one) => cutSeries(one, start));
  const count = cutSeries(series.lagCount, start);
  const total = cutSeries(series.lagMs, start);
  const lastMs = (LAG_BOUNDS_SECONDS.at(-1) ?? 0) * MS_PER_SECOND;
  const quantile = (ratio: number) =>
    count.values.map((applied, at) => {
      const counts = buckets.map(({ values }) => values[at] ?? null);
      if (applied === null || applied === 0 || counts.includes(null)) return null;
      const seconds = bucketQuantile(
        counts.map((one) => one ?? 0),
        LAG_BOUNDS_SECONDS,
        ratio,
      );
      return seconds === null ? null : Math.min(seconds * MS_PER_SECOND, lastMs);
    });
  const [p50, p95] = [quantile(0.5), quantile(0.95)];
  const isMean = !p95.some((value) => value !== null);
  const mean = count.values.map((applied, at) => {
    const sum = total.values[at] ?? null;
    return applied === null || applied === 0 || sum === null ? null : sum / applied;
  });
  return {
    isMean,
    model: {
      title: 'Lag of events',
      summary: isMean
        ? 'Mean time from the publishing of events to their application; no percentiles are told.'
        : 'Half of the events, and 95 of 100, were applied within this time of their publishing.',
      ...axisOf(count),
      series: isMean
        ? [{ label: 'mean', colour: 'blue', values: mean }]
        : [
            { label: 'p50', colour: 'blue', values: p50 },
            { label: 'p95', colour: 'purple', values: p95 },
          ],
      whyEmpty: 'no event was applied in this span',
    },
  };
}

function gapMarks({ series }: InvalidationAnswer, bars: Rate): readonly Mark[] {
  const [missed, lost] = [bars(series.missed), bars(series.lost)];
  const gaps = missed.values.flatMap((value, at) => {
    const [missedCount, lostCount] = [value ?? 0, lost.values[at] ?? 0];
    const parts = [
      ...(missedCount > 0 ? [`${missedCount} ${missedCount === 1 ? 'message' : 'messages'} missed`] : []),
      ...(lostCount > 0 ? [`${lostCount} ${lostCount === 1 ? 'event' : 'events'} lost`] : []),
    ];
    if (parts.length === 0) return [];
    const atMs = missed.fromMs + at * missed.stepMs;
    return [
      { count: missedCount + lostCount, mark: { atMs, kind: 'note', text: parts.join(', ') } as const },
    ];
  });
  return gaps
    .sort((a, b) => b.count - a.count)
    .slice(0, MAX_GAPS)
    .map(({ mark }) => mark)
    .sort((a, b) => a.atMs - b.atMs);
}

function axisOf({ fromMs, stepMs, values }: Series) {
  return { fromMs, stepMs, stepCount: values.length };
}
