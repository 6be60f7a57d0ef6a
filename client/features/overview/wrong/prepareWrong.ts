import { formatCount, formatPercent, formatRate, formatRateDelta } from '#client/lib/formatNumber.ts';
import { formatClock } from '#client/lib/formatTime.ts';
import type { Severity } from '#client/ui/SeveritySign.tsx';
import type { Mark } from '#shared/series.ts';
import {
  isServicesMain,
  judgeEvictions,
  judgeGrowth,
  judgeMainHitRatio,
  MIN_LOOKUPS,
} from '../judgeFigures.ts';
import type { FactsInput, Figure, Overview, OverviewFacts, Status } from '../overviewFacts.ts';
import { breakerItems } from './wrongBreakers.ts';
import { invalidationItems } from './wrongInvalidations.ts';
import type { WrongItem } from './wrongItem.ts';
import { nodeItems } from './wrongNodes.ts';
import { patternItems, patternLoadItems } from './wrongPatterns.ts';
import { warmItems } from './wrongWarm.ts';

/** Of invalidations; more of them would push out what is worse. */
const MAX_INVALIDATIONS = 2;

const weights: Record<Severity, number> = { critical: 0, warning: 1, note: 2 };

/**
 * What is wrong, from facts on hand only: nothing here guesses a cause. What befell Redis, or the way to it, stands first, since the
 * rest may follow from it; then the worst. Empty = nothing unusual is measured.
 */
export function prepareWrong(input: FactsInput, facts: OverviewFacts): readonly WrongItem[] {
  const { status, overview, isLive } = input;
  // Every pattern misses while Redis is away: naming two of them would hide the cause.
  const isOutage = isLive && status.connection.state === 'unreachable';
  const befell = isLive
    ? [...connectionItems(status), ...lossItems(overview, isOutage), ...breakerItems(status)]
    : [];
  const invalidations = isLive ? invalidationItems(overview) : [];
  const items = [
    ...hitRateItems(facts),
    ...(isOutage ? [] : patternItems(overview.different, overview.span)),
    ...loadItems(facts),
    ...(isLive && !isOutage ? patternLoadItems(overview) : []),
    ...invalidations.slice(0, MAX_INVALIDATIONS),
    ...(isLive ? [...nodeItems(status), ...sourceItems(status)] : []),
    ...evictionItems(facts),
  ];
  return [...worstFirst(befell), ...worstFirst(items), ...worstFirst(invalidations.slice(MAX_INVALIDATIONS))];
}

function worstFirst(items: readonly WrongItem[]): readonly WrongItem[] {
  return items.toSorted((a, b) => weights[a.severity] - weights[b.severity]);
}

/** That Redis lost what it held, by what can be done about it where that is known. */
function lossItems(overview: Overview, isOutage: boolean): readonly WrongItem[] {
  const warm = isOutage ? [] : warmItems(overview);
  if (warm.length > 0) return warm;
  return [...restartItems(overview), ...(isOutage ? [] : outageItems(overview))];
}

const connecting: WrongItem = {
  id: 'connection',
  severity: 'note',
  title: 'Redis has not answered yet',
  subject: null,
  detail: 'Nothing is known of it so far; the first readings follow within seconds of the connection.',
  impact: null,
  next: null,
};

function connectionItems({ connection }: Status): readonly WrongItem[] {
  if (connection.state === 'connected') return [];
  if (connection.state === 'connecting') return [connecting];
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

/** What a loss that Redis tells of means for the figures of the next minutes. */
const lossDetails = {
  restart: 'Its memory began empty, unless it loads a dump: misses are expected until it is filled again.',
  emptied:
    'Misses are expected until it is filled again. No purge from here did it: look at who else may flush or delete.',
  failover:
    'What the new master had not yet got is lost, and clients connect again. A node that is a replica now takes no purge: start with the address of the master.',
} as const;

function restartItems({ marks, span }: Overview): readonly WrongItem[] {
  const last = marks.findLast(({ kind, atMs }) => isLossKind(kind) && atMs > span.toMs - RESTART_MS);
  if (last === undefined || !isLossKind(last.kind)) return [];
  const [what = '', ...rest] = last.text.split('; ');
  return [
    {
      id: last.kind,
      severity: 'warning',
      title: `${what} at ${formatClock(last.atMs)}`,
      subject: null,
      detail: [...rest.map(sentence), lossDetails[last.kind]].join(' '),
      impact: null,
      next: { label: 'Open nodes', to: '/nodes' },
    },
  ];
}

function sentence(words: string): string {
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
}

function isLossKind(kind: Mark['kind']): kind is keyof typeof lossDetails {
  return kind in lossDetails;
}

/** After an outage the figures still hold its misses; without its name they would look like a new fault. */
function outageItems({ marks, span }: Overview): readonly WrongItem[] {
  const last = marks.findLast(({ kind, atMs }) => kind === 'outage' && atMs > span.toMs - RESTART_MS);
  if (last === undefined) return [];
  return [
    {
      id: 'outage',
      severity: 'warning',
      title: `Redis answers again; it did not at ${formatClock(last.atMs)}`,
      subject: null,
      detail: 'Look-ups of that time missed, and still count in the figures of the last minutes.',
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
  if (figure.now === null) return [];
  if (severity === undefined || figure.before === null) return lowItems(facts, figure.now);
  return [
    {
      id: 'hitRate',
      severity,
      title: `Hit rate ${isOfServices ? 'of the services' : 'at Redis'} fell from ${formatPercent(figure.before)} to ${formatPercent(figure.now)}`,
      subject: null,
      detail: `The last minute against ${basisText(figure)}.`,
      impact: extraMisses(facts, { now: figure.now, before: figure.before }),
      next: { label: 'Open patterns', to: '/patterns' },
    },
  ];
}

/** Misses that the look-ups of now would not have at the hit rate of before, so that less traffic does not hide them. */
function extraMisses({ misses }: OverviewFacts, ratio: { readonly now: number; readonly before: number }) {
  if (misses.now === null || ratio.now >= 1) return null;
  const lookups = misses.now / (1 - ratio.now);
  return { value: formatRateDelta(lookups * (ratio.before - ratio.now)), unit: 'misses' };
}

/** A hit rate below this is told even where it is usual, or where no usual is known yet: such a cache saves nothing. Ours. */
const LOW_RATIO = 0.1;

function lowItems(facts: OverviewFacts, ratio: number): readonly WrongItem[] {
  const isOfServices = isServicesMain(facts);
  const lookupCount = isOfServices ? facts.serviceLookupCount : facts.redisLookupCount;
  if (ratio >= LOW_RATIO || lookupCount < MIN_LOOKUPS) return [];
  return [
    {
      id: 'hitRateLow',
      severity: 'warning',
      title: `Only ${formatPercent(ratio)} of the look-ups ${isOfServices ? 'of the services' : 'at Redis'} hit`,
      subject: null,
      detail: `Of ${formatCount(lookupCount)} in the last minute. It did not fall from a higher rate that is known here.`,
      impact: facts.misses.now === null ? null : { value: formatRate(facts.misses.now), unit: 'misses' },
      next: { label: 'Open patterns', to: '/patterns' },
    },
  ];
}

function basisText({ basis }: Figure): string {
  return basis === 'spanBefore' ? 'the mean of the span before' : 'what is usual in this span (its median)';
}

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
