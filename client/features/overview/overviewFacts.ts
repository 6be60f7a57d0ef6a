import {
  isKnownSomewhere,
  isMeasuredEnough,
  lastKnown,
  meanRate,
  meanRatio,
  ratePerSecond,
  ratioOfSteps,
  recentSteps,
  usualOf,
} from '#client/charts/seriesMath.ts';
import { type HistoryStart, historyStart } from '#client/charts/youngHistory.ts';
import type { RouterOutputs } from '#client/lib/routerOutputs.ts';
import { hitRatioReading, type Lookups } from '#shared/lookups.ts';
import type { Reading } from '#shared/reading.ts';
import type { Series } from '#shared/series.ts';

export type Overview = RouterOutputs['overview']['get'];
export type Status = RouterOutputs['status']['get'];

/** A figure of now with what to hold it against. Null = not known. */
export interface Figure {
  readonly now: number | null;
  readonly before: number | null;
  /** What `before` is: the mean of the span that is compared with or, where that was not measured, the median of this one. */
  readonly basis: 'spanBefore' | 'thisSpan';
}

/** The figures that tiles and the list of what is wrong share, so that both say the same. */
export interface OverviewFacts {
  readonly sourceLoad: Figure;
  readonly serviceHitRatio: Figure;
  readonly redisHitRatio: Figure;
  /** Of the services; of Redis where no metrics are read. */
  readonly misses: Figure & { readonly of: 'services' | 'Redis' };
  readonly evicted: Figure;
  readonly memoryBytes: number | null;
  readonly maxMemoryBytes: number | null;
  /** Look-ups of the last minute: below some hundred, a ratio says little. */
  readonly serviceLookupCount: number;
  readonly redisLookupCount: number;
}

export interface FactsInput {
  readonly overview: Overview;
  readonly status: Status;
  /** False for a span that lies in the past: "now" is then the whole span. */
  readonly isLive: boolean;
}

export function deriveFacts({ overview, status, isLive }: FactsInput): OverviewFacts {
  const { traffic, trafficBefore, node, nodeBefore, span } = overview;
  const recent = (series: Series) => (isLive ? recentSteps(series, span) : series);
  const held = (past: number | null | undefined, usual: () => number | null): Omit<Figure, 'now'> =>
    past !== undefined && past !== null
      ? { before: past, basis: 'spanBefore' }
      : { before: isLive ? usual() : null, basis: 'thisSpan' };
  const rate = <T extends { readonly coveredMs: Series }>(
    now: T,
    past: T | null,
    metric: (series: T) => Series,
  ): Figure => ({
    now: meanRate(recent(metric(now)), recent(now.coveredMs)),
    ...held(
      past !== null && isMeasuredEnough(metric(past)) ? meanRate(metric(past), past.coveredMs) : null,
      () => usualOf(ratePerSecond(metric(now), now.coveredMs), span),
    ),
  });
  const trafficRate = (metric: (series: Overview['traffic']) => Series) =>
    rate(traffic, trafficBefore, metric);
  const nodeRate = (metric: (series: Overview['node']) => Series) => rate(node, nodeBefore, metric);
  const ratio = (live: Reading<Lookups>, now: LookupSeries, past: LookupSeries | null): Figure => ({
    now: isLive ? knownRatio(live) : meanRatio(now.hits, now.misses),
    ...held(isMeasuredEnough(past?.hits) ? meanRatio(past.hits, past.misses) : null, () =>
      usualOf(ratioOfSteps(now.hits, now.misses), span),
    ),
  });
  const hasServices = isKnownSomewhere(traffic.misses);
  return {
    sourceLoad: trafficRate((series) => series.loads),
    serviceHitRatio: ratio(status.serviceLookups, traffic, trafficBefore),
    redisHitRatio: ratio(status.lookups, node, nodeBefore),
    misses: hasServices
      ? { ...trafficRate((series) => series.misses), of: 'services' }
      : { ...nodeRate((series) => series.misses), of: 'Redis' },
    evicted: nodeRate((series) => series.evicted),
    memoryBytes: lastKnown(node.usedMemoryBytes),
    maxMemoryBytes: sumOfNodes(status, (facts) => facts.maxMemoryBytes),
    serviceLookupCount: lookupCount(status.serviceLookups),
    redisLookupCount: lookupCount(status.lookups),
  };
}

/** One axis for all charts and curves of the page. */
export function overviewStart({ traffic, trafficBefore, node, nodeBefore }: Overview): HistoryStart {
  const before = [trafficBefore?.hits, nodeBefore?.usedMemoryBytes].filter((series) => series !== undefined);
  return historyStart([traffic.hits, traffic.loads, node.usedMemoryBytes, node.hits], before);
}

interface LookupSeries {
  readonly hits: Series;
  readonly misses: Series;
}

function knownRatio(lookups: Reading<Lookups>): number | null {
  const ratio = hitRatioReading(lookups);
  return ratio.state === 'known' ? ratio.value : null;
}

function lookupCount(lookups: Reading<Lookups>): number {
  return lookups.state === 'known' ? lookups.value.hits + lookups.value.misses : 0;
}

type NodeFacts = Extract<Status['nodes'][number]['facts'], { state: 'known' }>['value'];

/** Null when one node does not know it: a sum of some nodes is not that of all. */
function sumOfNodes(status: Status, pick: (facts: NodeFacts) => number | null): number | null {
  let sum = 0;
  for (const { facts } of status.nodes) {
    const value = facts.state === 'known' ? pick(facts.value) : null;
    if (value === null) return null;
    sum += value;
  }
  return status.nodes.length === 0 ? null : sum;
}
