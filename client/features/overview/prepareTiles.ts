import type { ChartColour } from '#client/charts/chartModel.ts';
import { finishedSteps, ratePerSecond, ratioOfSteps } from '#client/charts/seriesMath.ts';
import type { HistoryStart } from '#client/charts/youngHistory.ts';
import { formatBytes, formatPercentNumber, formatRateNumber } from '#client/lib/formatNumber.ts';
import type { Severity } from '#client/ui/SeveritySign.tsx';
import type { Reading } from '#shared/reading.ts';
import type { Series } from '#shared/series.ts';
import type { TimeSpan } from '#shared/timeRange.ts';
import { judgeEvictions, judgeGrowth, judgeHitRatio } from './judgeFigures.ts';
import { type FactsInput, type Figure, type OverviewFacts, overviewStart } from './overviewFacts.ts';

export interface TileModel {
  readonly label: string;
  /** Null = not known; `why` says the reason. */
  readonly value: string | null;
  readonly unit: string;
  readonly before: string;
  readonly why: string | null;
  /** Where it was read and when, epoch ms. */
  readonly from: string;
  readonly atMs: number | null;
  readonly severity?: Severity;
  readonly spark: {
    readonly values: readonly (number | null)[];
    readonly before: readonly (number | null)[] | null;
    readonly colour: ChartColour;
  };
}

/** Symptoms in the order in which they hurt: the source, the hit rate, the misses, the room. */
export function prepareTiles(input: FactsInput, facts: OverviewFacts): readonly TileModel[] {
  const start = overviewStart(input.overview);
  return [
    loadTile(input, facts),
    serviceTile(input, facts),
    redisTile(input, facts),
    missTile(input, facts),
    evictionTile(input, facts),
  ].map((tile) => cutSpark(tile, start));
}

function loadTile({ overview, status, isLive }: FactsInput, { sourceLoad }: OverviewFacts): TileModel {
  const severity = judgeGrowth(sourceLoad);
  return {
    label: 'Source load',
    ...rateTexts(sourceLoad),
    unit: `loads/s${window(isLive)}`,
    why: sourceLoad.now === null ? whyNoServices(status.serviceLookups) : null,
    ...origin(status.serviceLookups, 'metrics of the services'),
    ...withSeverity(severity),
    spark: spark(
      severity,
      rates(overview.traffic.loads, overview.traffic, overview.span),
      ratesBefore(overview.trafficBefore?.loads, overview.trafficBefore),
    ),
  };
}

function serviceTile({ overview, status, isLive }: FactsInput, facts: OverviewFacts): TileModel {
  const severity = judgeHitRatio(facts.serviceHitRatio, facts.serviceLookupCount);
  const { traffic, trafficBefore } = overview;
  return {
    label: 'Hit rate, services',
    ...ratioTexts(facts.serviceHitRatio),
    unit: `%${window(isLive)}`,
    why: facts.serviceHitRatio.now === null ? whyNoServices(status.serviceLookups) : null,
    ...origin(status.serviceLookups, 'metrics of the services'),
    ...withSeverity(severity),
    spark: spark(severity, ratios(traffic), ratiosBefore(trafficBefore)),
  };
}

function redisTile({ overview, status, isLive }: FactsInput, facts: OverviewFacts): TileModel {
  const severity = judgeHitRatio(facts.redisHitRatio, facts.redisLookupCount);
  const { node, nodeBefore } = overview;
  return {
    label: 'Hit rate, Redis, corrected',
    ...ratioTexts(facts.redisHitRatio),
    unit: `%${window(isLive)}`,
    why: facts.redisHitRatio.now === null ? whyUnknown(status.lookups) : null,
    ...origin(status.lookups, 'INFO, own look-ups removed'),
    ...withSeverity(severity),
    spark: spark(severity, ratios(node), ratiosBefore(nodeBefore)),
  };
}

function missTile({ overview, status, isLive }: FactsInput, { misses }: OverviewFacts): TileModel {
  const severity = judgeGrowth(misses);
  const isServices = misses.of === 'services';
  const [now, past] = isServices
    ? [overview.traffic, overview.trafficBefore]
    : [overview.node, overview.nodeBefore];
  return {
    label: `Misses, ${misses.of}`,
    ...rateTexts(misses),
    unit: `/s${window(isLive)}`,
    why: misses.now === null ? whyUnknown(status.lookups) : null,
    ...(isServices
      ? origin(status.serviceLookups, 'metrics of the services')
      : origin(status.lookups, 'INFO, own look-ups removed')),
    ...withSeverity(severity),
    spark: spark(severity, rates(now.misses, now, overview.span), ratesBefore(past?.misses, past)),
  };
}

function evictionTile({ overview, status, isLive }: FactsInput, facts: OverviewFacts): TileModel {
  const severity = judgeEvictions(facts);
  const memory = facts.memoryBytes;
  const limit = facts.maxMemoryBytes;
  const share = memory !== null && limit !== null ? ` (${formatPercentNumber(memory / limit)} %)` : '';
  const memoryText = memory === null ? 'memory not known' : `${formatBytes(memory)} used${share}`;
  const facts0 = status.nodes[0]?.facts;
  return {
    label: 'Evictions · memory',
    ...rateTexts(facts.evicted),
    unit: `/s${window(isLive)} · ${memoryText}`,
    why: facts.evicted.now === null ? whyNoReadings(status) : null,
    from: 'INFO',
    atMs: facts0?.state === 'known' ? facts0.atMs : null,
    ...withSeverity(severity),
    spark: spark(severity, overview.node.usedMemoryBytes.values, overview.nodeBefore?.usedMemoryBytes.values),
  };
}

function whyNoReadings({ connection }: FactsInput['status']): string {
  return connection.state === 'unreachable'
    ? 'Redis does not answer, so INFO cannot be read.'
    : 'Two readings of INFO are needed first.';
}

function window(isLive: boolean): string {
  return isLive ? '' : ', mean of the span';
}

function rateTexts(figure: Figure) {
  return figureTexts(figure, formatRateNumber);
}

function ratioTexts(figure: Figure) {
  return figureTexts(figure, formatPercentNumber);
}

function figureTexts({ now, before, basis }: Figure, format: (value: number) => string) {
  const word = basis === 'spanBefore' ? 'before' : 'usual here';
  return {
    value: now === null ? null : format(now),
    before: before === null ? 'before: not known' : `${format(before)} ${word}`,
  };
}

interface Covered {
  readonly coveredMs: Series;
}

function rates(counts: Series, { coveredMs }: Covered, span: TimeSpan): readonly (number | null)[] {
  return ratePerSecond(finishedSteps(counts, span), coveredMs).values;
}

function ratesBefore(
  counts: Series | undefined,
  past: Covered | null,
): readonly (number | null)[] | undefined {
  return counts === undefined || past === null ? undefined : ratePerSecond(counts, past.coveredMs).values;
}

type LookupSeries = { readonly hits: Series; readonly misses: Series };

function ratios(series: LookupSeries): readonly (number | null)[] {
  return ratioOfSteps(series.hits, series.misses).values;
}

function ratiosBefore(series: LookupSeries | null): readonly (number | null)[] | undefined {
  return series === null ? undefined : ratios(series);
}

function spark(
  severity: Severity | undefined,
  values: readonly (number | null)[],
  before: readonly (number | null)[] | undefined,
): TileModel['spark'] {
  const colour = severity === 'critical' ? 'verm' : severity === 'warning' ? 'amber' : 'blue';
  return { values, before: before ?? null, colour };
}

/** The curves of all tiles on the axis of the charts below. */
function cutSpark(tile: TileModel, { step }: HistoryStart): TileModel {
  if (step === 0) return tile;
  const { values, before, colour } = tile.spark;
  return { ...tile, spark: { values: values.slice(step), before: before?.slice(step) ?? null, colour } };
}

function withSeverity(severity: Severity | undefined) {
  return severity === undefined ? {} : { severity };
}

function origin(reading: Reading<unknown>, from: string) {
  return reading.state === 'known' ? { from: reading.from, atMs: reading.atMs } : { from, atMs: null };
}

function whyUnknown(reading: Reading<unknown>): string {
  return reading.state === 'unknown' ? reading.detail : 'No look-ups in this window.';
}

function whyNoServices(reading: Reading<unknown>): string {
  return reading.state === 'unknown' ? reading.detail : 'No look-ups or loads in this window.';
}
