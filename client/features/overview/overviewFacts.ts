import { isKnownSomewhere, lastKnown, meanRate, meanRatio, recentSteps } from '#client/charts/seriesMath.ts';
import type { RouterOutputs } from '#client/lib/routerOutputs.ts';
import { hitRatioReading, type Lookups } from '#shared/lookups.ts';
import type { Reading } from '#shared/reading.ts';

export type Overview = RouterOutputs['overview']['get'];
export type Status = RouterOutputs['status']['get'];

/** A figure of now with what it was over the span that is compared with. Null = not known. */
export interface Figure {
  readonly now: number | null;
  readonly before: number | null;
}

/** The figures that tiles and the list of what is wrong share, so that both say the same. */
export interface OverviewFacts {
  readonly sourceLoad: Figure;
  readonly serviceHitRatio: Figure;
  readonly redisHitRatio: Figure;
  /** Of the services; of Redis where no metrics are read. */
  readonly misses: Figure & { readonly of: 'services' | 'Redis' };
  readonly evicted: Figure;
  readonly memoryBytes: Figure;
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
  const recent = (series: Overview['traffic']['hits']) => (isLive ? recentSteps(series, span) : series);
  const rate = (now: typeof traffic.hits, past: typeof traffic.hits | undefined): Figure => ({
    now: meanRate(recent(now)),
    before: past === undefined ? null : meanRate(past),
  });
  const hasServices = isKnownSomewhere(traffic.misses);
  return {
    sourceLoad: rate(traffic.loads, trafficBefore?.loads),
    serviceHitRatio: {
      now: isLive ? knownRatio(status.serviceLookups) : meanRatio(traffic.hits, traffic.misses),
      before: trafficBefore === null ? null : meanRatio(trafficBefore.hits, trafficBefore.misses),
    },
    redisHitRatio: {
      now: isLive ? knownRatio(status.lookups) : meanRatio(node.hits, node.misses),
      before: nodeBefore === null ? null : meanRatio(nodeBefore.hits, nodeBefore.misses),
    },
    misses: hasServices
      ? { ...rate(traffic.misses, trafficBefore?.misses), of: 'services' }
      : { ...rate(node.misses, nodeBefore?.misses), of: 'Redis' },
    evicted: rate(node.evicted, nodeBefore?.evicted),
    memoryBytes: {
      now: lastKnown(node.usedMemoryBytes),
      before: nodeBefore === null ? null : lastKnown(nodeBefore.usedMemoryBytes),
    },
    maxMemoryBytes: sumOfNodes(status, (facts) => facts.maxMemoryBytes),
    serviceLookupCount: lookupCount(status.serviceLookups),
    redisLookupCount: lookupCount(status.lookups),
  };
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
