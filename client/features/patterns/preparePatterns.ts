import { type HistoryStart, historyStart } from '#client/charts/youngHistory.ts';
import { formatCompact, formatCount, formatRate } from '#client/lib/formatNumber.ts';
import { formatAge, formatClockMinute } from '#client/lib/formatTime.ts';
import type { RouterOutputs } from '#client/lib/routerOutputs.ts';
import type { PatternTable } from '#shared/patternTable/patternTable.ts';
import { probedRows, toldRows } from '#shared/patternTable/readPatternTable.ts';
import { type PatternModel, TablePattern } from './patternModel.ts';

export type PatternList = RouterOutputs['patterns']['table'];

export function preparePatterns({ table }: PatternList): readonly PatternModel[] {
  const shared = { table, probed: probedRows(table), told: toldRows(table) };
  const { step: firstStep } = sparkStart(table);
  return table.pattern.map((_, row) => new TablePattern({ ...shared, firstStep }, row));
}

/** One axis for the curves of all rows: a pattern that is new shows when it came. */
function sparkStart({ sparks, before }: PatternTable): HistoryStart {
  if (sparks === null || before !== null) return { step: 0, beginsAtMs: null };
  const { fromMs, stepMs, stepCount, first } = sparks.steps;
  const values = Array.from({ length: stepCount }, (_, step) => (step === first ? 1 : null));
  return historyStart([{ fromMs, stepMs, values }]);
}

/** The line under the table: how many, how sizes were read and how sure they are, what of ours was taken off. */
export function prepareFooter(list: PatternList, shownCount: number, nowMs: number): readonly string[] {
  const total = list.table.pattern.length;
  const noun = total === 1 ? 'pattern' : 'patterns';
  const count =
    shownCount === total
      ? `${formatCount(total)} ${noun}`
      : `${formatCount(shownCount)} of ${formatCount(total)} ${noun}`;
  const ownLookups = sumOwnLookups(list.nodes);
  const { beginsAtMs } = sparkStart(list.table);
  return [
    count,
    sampleText(list.sample, nowMs),
    `own look-ups removed: ${ownLookups === null ? 'not known' : formatRate(ownLookups)}`,
    ...(beginsAtMs === null ? [] : [`trends begin ${formatClockMinute(beginsAtMs)}, with the history`]),
  ];
}

/** Null when one node does not know it: a sum of some is not that of all. */
function sumOwnLookups(nodes: PatternList['nodes']): number | null {
  let sum = 0;
  for (const { ownLookupsPerSecond } of nodes) {
    if (ownLookupsPerSecond === null) return null;
    sum += ownLookupsPerSecond;
  }
  return sum;
}

/** How large the sample was, how sure its shares are, and how old it is. */
function sampleText(sample: PatternList['sample'], nowMs: number): string {
  if (sample.state === 'unknown') return `sizes not known: ${sample.detail}`;
  const { sampledCount, keyCount, isComplete, shareErrorPoints, endedAtMs } = sample.value;
  const age = `${formatAge(nowMs - endedAtMs)} old`;
  if (isComplete) return `sizes from all ${formatCount(sampledCount)} keys, ${age}`;
  const error = shareErrorPoints.toFixed(1);
  return `sizes from a sample of ${formatCount(sampledCount)} keys of ${formatCompact(keyCount)}, ± ${error} points, ${age}`;
}

export interface WhyUnknown {
  readonly title: string;
  readonly detail: string;
  /** What would make it known. */
  readonly steps: readonly string[];
}

/** Why no hit rate by pattern is known at all, and what would make it known; null as soon as one is. */
export function prepareWhyUnknown(list: PatternList): WhyUnknown | null {
  if (list.table.traffic.coveredMs.some((coveredMs) => coveredMs > 0)) return null;
  const { metricsSources } = list;
  const embed =
    'or use the library cachescope/cache in the service, whose metrics name the pattern of each look-up';
  if (metricsSources.length === 0) {
    return {
      title: 'Hit rate by pattern is not known: no service exports its look-ups',
      detail:
        'Redis counts hits and misses of the whole instance, not of a pattern. Sizes and TTLs below are read from a sample of the keys.',
      steps: [
        'Measure it from Redis alone for some seconds: the button Measure from Redis above shows first what that costs.',
        'Or start Cachescope with --metrics URL for each service that exports cache metrics,',
        `${embed}.`,
      ],
    };
  }
  const down = metricsSources.filter((source) => source.state === 'down');
  const first = down[0];
  if (first !== undefined && down.length === metricsSources.length) {
    const many =
      down.length === 1
        ? 'the metrics source does not answer'
        : `none of ${down.length} metrics sources answers`;
    return {
      title: `Hit rate by pattern is not known: ${many}`,
      detail: `${first.url}: ${first.detail}`,
      steps: [
        'Check that the address is reachable from the Cachescope server and answers with Prometheus text.',
      ],
    };
  }
  if (metricsSources.every((source) => source.state !== 'up')) {
    return {
      title: 'Hit rate by pattern is not known yet',
      detail: 'The metrics of the services are being read for the first time.',
      steps: ['Two readings are needed, a few seconds apart.'],
    };
  }
  return {
    title: 'Hit rate by pattern is not known in this range',
    detail: 'The services answer, but they counted no look-up of any pattern in this time range.',
    steps: ['Widen the time range, or check that the services call the cache.'],
  };
}
