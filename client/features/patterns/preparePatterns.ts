import { type HistoryStart, historyStart } from '#client/charts/youngHistory.ts';
import { formatCompact, formatCount, formatRate } from '#client/lib/formatNumber.ts';
import { formatAge, formatClockMinute } from '#client/lib/formatTime.ts';
import type { RouterOutputs } from '#client/lib/routerOutputs.ts';
import type { ProbeComparison } from '#shared/probe/compareProbe.ts';
import type { PatternProbe } from '#shared/probe/probeResult.ts';
import type { Known } from '#shared/reading.ts';
import type { Estimate, Proportion } from '#shared/statistics.ts';

import { type MeasuredSteps, measuredSteps, type PatternLife, patternLife } from './patternLife.ts';

export type PatternList = RouterOutputs['patterns']['list'];
export type PatternRow = PatternList['rows'][number];

/** One row as the table sorts and draws it. Null = not known; the reason stands beside it. */
export interface PatternModel {
  readonly pattern: string;
  readonly isDeclared: boolean;
  readonly services: readonly string[];
  readonly from: string;
  /** Null also when fewer look-ups than `MIN_LOOKUP_COUNT` were counted. */
  readonly hit: Proportion | null;
  readonly lookupCount: number | null;
  readonly beforeRatio: number | null;
  readonly deltaPoints: number | null;
  /** Worse than before by more than the noise; see `isWorseThan`. */
  readonly isWorse: boolean;
  /** Measured now, and not before although others were: in the span before or, without one, earlier in this one. */
  readonly isNew: boolean;
  readonly life: PatternLife;
  /** The hour with the lowest hit rate; null in a range that has no two hours, or without enough look-ups. */
  readonly worst: PatternRow['worst'];
  /** As `packRatios` writes it: only the rows that are drawn are unpacked. */
  readonly spark: string | null;
  readonly lookupsPerSecond: number | null;
  readonly missesPerSecond: number | null;
  readonly extraMissesPerSecond: number | null;
  readonly loadsPerSecond: number | null;
  readonly loadMs: number | null;
  /** Source time that misses take and that hits spare, ms per second; null without a load, whose time it is made of. */
  readonly costMsPerSecond: number | null;
  readonly savedMsPerSecond: number | null;
  /** Why the traffic is not known; empty when it is. */
  readonly trafficReason: string;
  readonly keyCount: Estimate | null;
  readonly bytes: Estimate | null;
  readonly sizeP95Bytes: number | null;
  readonly ttlP50Ms: number | null;
  readonly noTtlRatio: number | null;
  /** Why the sizes are not known; empty when they are. */
  readonly sampleReason: string;
  /** What the last probe measured; its own reading, never added to `hit`. */
  readonly probe: Known<PatternProbe> | null;
  /** It beside what the metrics counted about then; null when only one of both is known. */
  readonly probeBeside: ProbeComparison | null;
}

/**
 * A hit rate counts as worse when both 95 % intervals lie apart and it fell by this many points, or the misses at least
 * doubled. Ours: below it, ordinary wobble between two minutes would be coloured; RULES of the diagnosis are stricter.
 */
const WORSE_POINTS = 2;
const WORSE_MISS_FACTOR = 2;
/** Extra misses a second below which a change costs the source nothing worth a colour. Ours. */
const WORSE_EXTRA_PER_SECOND = 0.1;

export function preparePatterns(list: PatternList): readonly PatternModel[] {
  const isBeforeMeasured = list.rows.some((row) => row.before !== null);
  const measured = measuredSteps(list);
  const start = sparkStart(list, measured);
  return list.rows.map((row) => prepareRow(row, { isBeforeMeasured, start, measured }));
}

/** One axis for the curves of all rows: a pattern that is new shows when it came. */
function sparkStart({ rows }: PatternList, measured: MeasuredSteps | null): HistoryStart {
  if (measured === null || rows.some((row) => row.before !== null)) return { step: 0, beginsAtMs: null };
  const { fromMs, stepMs, stepCount, first } = measured;
  const values = Array.from({ length: stepCount }, (_, step) => (step === first ? 1 : null));
  return historyStart([{ fromMs, stepMs, values }]);
}

interface ListFacts {
  readonly isBeforeMeasured: boolean;
  readonly start: HistoryStart;
  readonly measured: MeasuredSteps | null;
}

function prepareRow(row: PatternRow, { isBeforeMeasured, start, measured }: ListFacts): PatternModel {
  const traffic = row.traffic.state === 'known' ? row.traffic.value : null;
  const sample = row.sample.state === 'known' ? row.sample.value : null;
  const hit = enoughHit(traffic);
  const beforeHit = enoughHit(row.before);
  const life = patternLife(row.spark, traffic?.lookupsPerSecond ?? 0, measured);
  const isKnownBefore = row.before !== null || !(isBeforeMeasured || life.cameAtMs !== null);
  return {
    pattern: row.pattern,
    isDeclared: row.isDeclared,
    services: row.services,
    from: row.traffic.state === 'known' ? 'metrics' : 'unknown',
    hit,
    lookupCount: traffic?.lookupCount ?? null,
    beforeRatio: beforeHit?.ratio ?? null,
    deltaPoints: hit === null || beforeHit === null ? null : (hit.ratio - beforeHit.ratio) * 100,
    isWorse: isWorseThan(hit, beforeHit, row.extraMissesPerSecond),
    isNew: traffic !== null && traffic.lookupCount > 0 && !isKnownBefore,
    life,
    worst: row.worst,
    spark: row.spark?.slice(start.step) ?? null,
    lookupsPerSecond: traffic?.lookupsPerSecond ?? null,
    missesPerSecond: traffic?.missesPerSecond ?? null,
    extraMissesPerSecond: row.extraMissesPerSecond,
    loadsPerSecond: traffic?.loadsPerSecond ?? null,
    loadMs: traffic?.loadMs ?? null,
    ...sourceTime(traffic),
    trafficReason: row.traffic.state === 'known' ? '' : row.traffic.detail,
    keyCount: sample?.keyCount ?? null,
    bytes: sample?.bytes ?? null,
    sizeP95Bytes: sample?.sizeP95Bytes ?? null,
    ttlP50Ms: sample?.ttlP50Ms ?? null,
    noTtlRatio: sample?.noTtlRatio ?? null,
    sampleReason: row.sample.state === 'known' ? '' : row.sample.detail,
    probe: row.probe.state === 'known' ? row.probe : null,
    probeBeside: row.probeBeside.state === 'known' ? row.probeBeside.value : null,
  };
}

type Traffic = NonNullable<PatternRow['before']>;

/** The hit rate where enough look-ups stand behind it. */
export function enoughHit(traffic: Traffic | null): Proportion | null {
  return traffic?.hasEnoughLookups === true ? traffic.hit : null;
}

function sourceTime(traffic: Traffic | null): Pick<PatternModel, 'costMsPerSecond' | 'savedMsPerSecond'> {
  if (traffic === null || traffic.loadMs === null) return { costMsPerSecond: null, savedMsPerSecond: null };
  const hitsPerSecond = traffic.lookupsPerSecond - traffic.missesPerSecond;
  return {
    costMsPerSecond: traffic.sourceMsPerSecond,
    savedMsPerSecond: hitsPerSecond * traffic.loadMs,
  };
}

/** True when the hit rate fell against before by more than noise, and enough misses came of it. */
export function isWorseThan(
  hit: Proportion | null,
  before: Proportion | null,
  extraPerSecond: number | null,
): boolean {
  if (hit === null || before === null || extraPerSecond === null) return false;
  if (extraPerSecond < WORSE_EXTRA_PER_SECOND || hit.high >= before.low) return false;
  const fellPoints = (before.ratio - hit.ratio) * 100;
  return fellPoints >= WORSE_POINTS || 1 - hit.ratio >= WORSE_MISS_FACTOR * (1 - before.ratio);
}

/** The line under the table: how many, how sizes were read and how sure they are, what of ours was taken off. */
export function prepareFooter(list: PatternList, shownCount: number, nowMs: number): readonly string[] {
  const total = list.rows.length;
  const noun = total === 1 ? 'pattern' : 'patterns';
  const count =
    shownCount === total
      ? `${formatCount(total)} ${noun}`
      : `${formatCount(shownCount)} of ${formatCount(total)} ${noun}`;
  const ownLookups = sumOwnLookups(list.nodes);
  const { beginsAtMs } = sparkStart(list, measuredSteps(list));
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
  if (list.rows.some((row) => row.traffic.state === 'known')) return null;
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
