import {
  formatCount,
  formatPercent,
  formatPoints,
  formatProportionInterval,
  formatRate,
} from '#client/lib/formatNumber.ts';
import { formatDuration } from '#client/lib/formatTime.ts';
import type { ProbeComparison } from '#shared/probe/compareProbe.ts';
import type { PatternProbe } from '#shared/probe/probeResult.ts';
import type { Reading } from '#shared/reading.ts';

export interface ProbeFinding {
  /** For a cell: the difference in points, or that there are more. */
  readonly short: string;
  readonly text: string;
}

/** What it means that Redis and the services count differently; null when they agree, as far as chance allows to tell. */
export function prepareFinding(probe: PatternProbe, beside: ProbeComparison): ProbeFinding | null {
  const points = formatPoints(beside.differenceRatio);
  const probed = formatRate(probe.lookupsPerSecond);
  const counted = formatRate(beside.lookupsPerSecond);
  switch (beside.verdict) {
    case 'agree':
      return null;
    case 'moreLookups':
      return {
        short: points,
        text: `Redis answered ${probed} of these look-ups, the services' metrics count ${counted}: something without metrics reads these keys as well. Hit rate by probe less by metrics: ${points}.`,
      };
    case 'fewerLookups':
      return {
        short: points,
        text: `Redis answered ${probed} of these look-ups, the services' metrics count ${counted}: the others were answered before they reached it, by memory of the processes. Hit rate by probe less by metrics: ${points}.`,
      };
    case 'otherRate':
      return {
        short: points,
        text: `Redis answered about as many look-ups as the services' metrics count, with another hit rate (probe less metrics: ${points}): what Redis has found, a service may count as a miss, as too old or not decodable; or the reverse.`,
      };
  }
}

/** One source of the hit rate on the page of a pattern. */
export interface RateSource {
  readonly label: string;
  readonly value: string;
  readonly basis: string;
}

export interface BesideModel {
  readonly sources: readonly RateSource[];
  readonly finding: ProbeFinding | null;
  /** Instead of a finding: that both agree, or why they cannot be compared. */
  readonly note: string;
}

/** The probe's hit rate and, of about the same time, that of the metrics. */
export function prepareBeside(probe: PatternProbe, beside: Reading<ProbeComparison>): BesideModel {
  const probed = {
    label: 'As Redis answered, by live probe',
    value: formatPercent(probe.hit.ratio),
    basis: `${formatProportionInterval(probe.hit)}, of ${formatCount(probe.hits + probe.misses)} look-ups in ${formatDuration(probe.attachedMs)}, ${formatRate(probe.lookupsPerSecond)}`,
  };
  if (beside.state === 'unknown') return { sources: [probed], finding: null, note: beside.detail };
  const { hit, hits, misses, coveredMs, lookupsPerSecond, isAtRedis, differenceRatio } = beside.value;
  const counted = {
    label: isAtRedis ? 'As services count what they ask Redis' : 'As services count all look-ups',
    value: formatPercent(hit.ratio),
    basis: `${formatProportionInterval(hit)}, of ${formatCount(hits + misses)} look-ups in the ${formatDuration(coveredMs)} around it, ${formatRate(lookupsPerSecond)}`,
  };
  const finding = prepareFinding(probe, beside.value);
  const note = `Both agree within what chance and the probe's own error allow (${formatPoints(differenceRatio)}).`;
  return { sources: [probed, counted], finding, note: finding === null ? note : '' };
}
