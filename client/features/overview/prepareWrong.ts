import { meanRate, ratePerSecond, recentSteps, usualOf } from '#client/charts/seriesMath.ts';
import {
  formatBytes,
  formatCount,
  formatPercent,
  formatRate,
  formatRateDelta,
} from '#client/lib/formatNumber.ts';
import { formatClock } from '#client/lib/formatTime.ts';
import type { Severity } from '#client/ui/SeveritySign.tsx';
import { isServicesMain, judgeEvictions, judgeGrowth, judgeMainHitRatio } from './judgeFigures.ts';
import type { FactsInput, Figure, Overview, OverviewFacts, Status } from './overviewFacts.ts';

export interface WrongItem {
  readonly id: string;
  readonly severity: Severity;
  readonly title: string;
  /** A pattern in the title, set as code. */
  readonly subject: string | null;
  readonly detail: string;
  /** What it costs; null where it cannot be said in a figure. */
  readonly impact: { readonly value: string; readonly unit: string } | null;
  /** Where to look next. */
  readonly next: { readonly label: string; readonly to: string; readonly pattern?: string } | null;
}

/** More than five lines are not read at 3 am. */
const MAX_ITEMS = 5;

/** Patterns that are named; the table below has them all. */
const MAX_PATTERNS = 2;

/** A pattern's loss of hit rate that is named, 0-1, and the misses per second that it must add. Ours. */
const PATTERN_DROP = 0.05;
const PATTERN_EXTRA_PER_SECOND = 1;

/** A pattern that had no look-ups before is named from this many misses per second on. Ours: new families are ordinary, costly ones are not. */
const NEW_EXTRA_PER_SECOND = 5;

const weights: Record<Severity, number> = { critical: 0, warning: 1, note: 2 };

/** What is wrong, from facts on hand only: nothing here guesses a cause. Worst first; empty = nothing unusual is measured. */
export function prepareWrong(input: FactsInput, facts: OverviewFacts): readonly WrongItem[] {
  const { status, overview, isLive } = input;
  const items = [
    ...(isLive ? [...connectionItems(status), ...restartItems(overview)] : []),
    ...hitRateItems(facts),
    ...patternItems(overview.different),
    ...loadItems(facts),
    ...(isLive ? patternLoadItems(overview) : []),
    ...(isLive ? [...nodeItems(status), ...sourceItems(status)] : []),
    ...evictionItems(facts),
  ];
  return items.sort((a, b) => weights[a.severity] - weights[b.severity]).slice(0, MAX_ITEMS);
}

function connectionItems({ connection }: Status): readonly WrongItem[] {
  if (connection.state !== 'unreachable' && connection.state !== 'degraded') return [];
  const isGone = connection.state === 'unreachable';
  return [
    {
      id: 'connection',
      severity: isGone ? 'critical' : 'warning',
      title: `Redis does not answer ${isGone ? '' : 'everything '}since ${formatClock(connection.sinceMs)}`,
      subject: null,
      // The banner above has the server's words on an outage.
      detail: isGone
        ? 'What Redis itself would tell is as of then; the figures of the services go on.'
        : connection.detail,
      impact: null,
      next: { label: 'Open nodes', to: '/nodes' },
    },
  ];
}

/** How long a restart explains a low hit rate. Ours: caches of an hour's TTL refill most of their traffic in minutes. */
const RESTART_MS = 10 * 60_000;

function restartItems({ marks, span }: Overview): readonly WrongItem[] {
  const last = marks.findLast(({ kind, atMs }) => kind === 'restart' && atMs > span.toMs - RESTART_MS);
  if (last === undefined) return [];
  return [
    {
      id: 'restart',
      severity: 'warning',
      title: `Redis was restarted at ${formatClock(last.atMs)}`,
      subject: null,
      detail: 'Its memory began empty, unless it loads a dump: misses are expected until it is filled again.',
      impact: null,
      next: { label: 'Open nodes', to: '/nodes' },
    },
  ];
}

function hitRateItems(facts: OverviewFacts): readonly WrongItem[] {
  const { serviceHitRatio, redisHitRatio } = facts;
  const isOfServices = isServicesMain(facts);
  const figure = isOfServices ? serviceHitRatio : redisHitRatio;
  const severity = judgeMainHitRatio(facts);
  if (severity === undefined || figure.now === null || figure.before === null) return [];
  const { now, before } = facts.misses;
  return [
    {
      id: 'hitRate',
      severity,
      title: `Hit rate ${isOfServices ? 'of the services' : 'at Redis'} fell from ${formatPercent(figure.before)} to ${formatPercent(figure.now)}`,
      subject: null,
      detail: `The last minute against ${basisText(figure)}.`,
      impact:
        now === null || before === null ? null : { value: formatRateDelta(now - before), unit: 'misses' },
      next: { label: 'Open patterns', to: '/patterns' },
    },
  ];
}

function basisText({ basis }: Figure): string {
  return basis === 'spanBefore' ? 'the mean of the span before' : 'what is usual in this span (its median)';
}

function patternItems(different: Overview['different']): readonly WrongItem[] {
  return different
    .filter(
      (entry) =>
        entry.extraMissesPerSecond >= PATTERN_EXTRA_PER_SECOND &&
        (isNew(entry) || drop(entry) >= PATTERN_DROP),
    )
    .slice(0, MAX_PATTERNS)
    .map((entry) => ({
      id: `pattern ${entry.pattern}`,
      severity: isNew(entry) ? 'warning' : 'critical',
      title: isNew(entry) ? 'New pattern that misses:' : 'Loses hits:',
      subject: entry.pattern,
      detail: patternDetail(entry),
      impact: { value: formatRateDelta(entry.extraMissesPerSecond), unit: 'misses' },
      next: { label: 'Open pattern', to: '/pattern', pattern: entry.pattern },
    }));
}

type Difference = Overview['different'][number];

function isNew(entry: Difference): boolean {
  return entry.hitRatioBefore === null && entry.extraMissesPerSecond >= NEW_EXTRA_PER_SECOND;
}

function drop(entry: Difference): number {
  return entry.hitRatio === null || entry.hitRatioBefore === null ? 0 : entry.hitRatioBefore - entry.hitRatio;
}

function patternDetail(entry: Difference): string {
  const now = entry.hitRatio === null ? 'not known' : formatPercent(entry.hitRatio);
  if (entry.hitRatioBefore === null)
    return `Hit rate ${now} over the span; it had no look-ups in the span before.`;
  return `Hit rate ${now} over the span, ${formatPercent(entry.hitRatioBefore)} over the span before.`;
}

/**
 * Patterns that are loaded more than is usual in this span. Only where nothing was measured in the span before: else
 * `patternItems` knows better.
 */
function patternLoadItems({ loadsByPattern, different, traffic, span }: Overview): readonly WrongItem[] {
  const isUsualKnown = usualOf(ratePerSecond(traffic.loads, traffic.coveredMs), span) !== null;
  if (different.length > 0 || !isUsualKnown) return [];
  return loadsByPattern
    .flatMap(({ pattern, loads }): readonly WrongItem[] => {
      const rate = ratePerSecond(loads, traffic.coveredMs);
      // A pattern that was not there yet was loaded zero times.
      const figure: Figure = {
        now: meanRate(recentSteps(loads, span), recentSteps(traffic.coveredMs, span)),
        before: usualOf(rate, span) ?? 0,
        basis: 'thisSpan',
      };
      const severity = judgeGrowth(figure);
      if (pattern === OTHER || severity === undefined || figure.now === null || figure.before === null)
        return [];
      return [
        {
          id: `pattern ${pattern}`,
          severity: 'warning',
          title: 'More is loaded of',
          subject: pattern,
          detail: `${formatRate(figure.now)} in the last minute, ${formatRate(figure.before)} is usual in this span.`,
          impact: { value: formatRateDelta(figure.now - figure.before), unit: 'source calls' },
          next: { label: 'Open pattern', to: '/pattern', pattern },
        },
      ];
    })
    .slice(0, MAX_PATTERNS);
}

/** What the server calls the sum of all other patterns. */
const OTHER = 'other';

function loadItems({ sourceLoad }: OverviewFacts): readonly WrongItem[] {
  const severity = judgeGrowth(sourceLoad);
  if (severity === undefined || sourceLoad.now === null || sourceLoad.before === null) return [];
  return [
    {
      id: 'sourceLoad',
      severity,
      title: `The sources are asked ${formatRate(sourceLoad.now)}, ${formatRate(sourceLoad.before)} before`,
      subject: null,
      detail: `Loads that the services ended in the last minute, against ${basisText(sourceLoad)}.`,
      impact: { value: formatRateDelta(sourceLoad.now - sourceLoad.before), unit: 'source calls' },
      next: { label: 'Open patterns', to: '/patterns' },
    },
  ];
}

function sourceItems({ metricsSources }: Status): readonly WrongItem[] {
  return metricsSources
    .filter(({ state }) => state === 'down')
    .map(({ url, service, detail, lastOkAtMs }) => ({
      id: `metrics ${url}`,
      severity: 'warning',
      title: `Metrics of ${service ?? url} cannot be read`,
      subject: null,
      detail: `${detail} ${lastOkAtMs === null ? 'They never were.' : `Last read ${formatClock(lastOkAtMs)}.`} Figures of the services leave it out.`,
      impact: null,
      next: null,
    }));
}

function nodeItems({ nodes }: Status): readonly WrongItem[] {
  return nodes.flatMap((node) => {
    if (node.facts.state === 'unknown') return [];
    const open = { label: 'Open nodes', to: '/nodes' };
    return nodeFindings(node.facts.value, node.rates.rejectedConnectionsPerSecond).map((finding) => ({
      ...finding,
      id: `${finding.id} ${node.id}`,
      subject: null,
      next: open,
    }));
  });
}

type Facts = Extract<Status['nodes'][number]['facts'], { state: 'known' }>['value'];
type NodeFinding = Pick<WrongItem, 'id' | 'severity' | 'title' | 'detail' | 'impact'>;

/** Share of `maxmemory` above which a Redis that may not evict will soon refuse writes. Ours. */
const FULL_RATIO = 0.95;

function nodeFindings(facts: Facts, rejectedPerSecond: number | null): readonly NodeFinding[] {
  const findings: NodeFinding[] = [];
  if (rejectedPerSecond !== null && rejectedPerSecond > 0) {
    const limit = facts.maxClientCount === null ? '' : ` of ${formatCount(facts.maxClientCount)} allowed`;
    const count =
      facts.connectedClientCount === null ? 'Clients' : `${formatCount(facts.connectedClientCount)} clients`;
    findings.push({
      id: 'rejected',
      severity: 'critical',
      title: 'Redis refuses connections',
      detail: `${count}${limit} are connected.`,
      impact: { value: formatRate(rejectedPerSecond), unit: 'refused' },
    });
  }
  const { usedMemoryBytes: used, maxMemoryBytes: max } = facts;
  if (facts.evictionPolicy === 'noeviction' && used !== null && max !== null && used >= max * FULL_RATIO) {
    findings.push({
      id: 'full',
      severity: 'critical',
      title: 'Memory is full and nothing may be evicted: writes are refused',
      detail: `${formatBytes(used)} of ${formatBytes(max)}, maxmemory-policy noeviction.`,
      impact: null,
    });
  }
  if (facts.lastSaveFailed === true) {
    findings.push({
      id: 'save',
      severity: 'warning',
      title: 'The last save to disk failed',
      detail: 'Redis may refuse writes until a save succeeds (stop-writes-on-bgsave-error).',
      impact: null,
    });
  }
  return findings;
}

function evictionItems(facts: OverviewFacts): readonly WrongItem[] {
  const severity = judgeEvictions(facts);
  const { now, before } = facts.evicted;
  if (severity === undefined || now === null) return [];
  const past = before === null ? '' : ` ${formatRate(before)} before.`;
  return [
    {
      id: 'evictions',
      severity,
      title: 'Redis evicts keys to make room',
      subject: null,
      detail: `Keys go before their TTL ends, and the next look-up misses.${past}`,
      impact: { value: formatRate(now), unit: 'evicted' },
      next: { label: 'Open nodes', to: '/nodes' },
    },
  ];
}
