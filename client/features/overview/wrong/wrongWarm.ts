import { formatPercent } from '#client/lib/formatNumber.ts';
import { formatClock } from '#client/lib/formatTime.ts';
import type { LossCause, WarmProposal } from '#shared/services/warmProposal.ts';
import type { Overview } from '../overviewFacts.ts';
import type { WrongItem } from './wrongItem.ts';

const causes: Readonly<Record<LossCause, string>> = {
  restart: 'Redis was restarted at',
  outage: 'Redis answers again; it did not at',
  emptied: 'Redis lost nearly all of its keys at',
};

/** A cache that is cold after a loss, and where it can be warmed by stages. It stands in place of the loss itself. */
export function warmItems({ warmProposals }: Overview): readonly WrongItem[] {
  const [first] = warmProposals;
  if (first === undefined) return [];
  const names = warmProposals.map(({ service }) => service).join(', ');
  return [
    {
      id: 'warm',
      severity: 'warning',
      title: `${causes[first.cause]} ${formatClock(first.atMs)}; the cache is cold:`,
      subject: names,
      detail: `${coldText(first)} ${first.perSecond === null ? NO_ROOM : WAY}`,
      impact: null,
      next: {
        label: first.perSecond === null ? 'Open warming' : 'Plan a warm-up',
        to: '/warming',
        search: searchOf(first),
      },
    },
  ];
}

const WAY = 'A warm-up by stages would fill it. Not all at once: the source has the misses of now to load.';
const NO_ROOM =
  'Its source has no room for a warm-up now: it loads what is missed. It fills by itself; warm what is left when that falls.';

function coldText({ service, hitRatioBefore: before, hitRatioNow: now }: WarmProposal): string {
  if (now.state === 'unknown') return `The hit rate of ${service} is not known.`;
  const was = before.state === 'known' ? `, ${formatPercent(before.value)} in the hour before` : '';
  return `${service} hits ${formatPercent(now.value)} now${was}.`;
}

function searchOf({ prefix, warmers: [warmer = ''], perSecond }: WarmProposal) {
  return perSecond === null ? {} : { warmer: `${prefix} ${warmer}`, rate: perSecond };
}
