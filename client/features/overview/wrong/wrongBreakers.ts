import { formatClock } from '#client/lib/formatTime.ts';
import type { Status } from '../overviewFacts.ts';
import type { WrongItem } from './wrongItem.ts';

/** Instances that are named; the page of the breakers has them all. */
const NAMED = 3;

/** Services that do without Redis, as their breakers say. */
export function breakerItems({ fleet }: Pick<Status, 'fleet'>): readonly WrongItem[] {
  const { breakerCount, awayCount, forcedCount, sinceMs, isOfRedis, cause } = fleet;
  if (awayCount === 0) return [];
  const isWhole = awayCount === breakerCount;
  const since = sinceMs === null ? '' : ` since ${formatClock(sinceMs)}`;
  const forced = forcedCount === 0 ? '' : `${forcedCount} forced open by an operator.`;
  const others = isWhole || forcedCount === awayCount ? '' : othersText(fleet);
  return [
    {
      id: 'breakers',
      severity: isWhole ? 'critical' : 'warning',
      title: `${awayCount} of ${breakerCount} breakers of the services keep calls ${isOfRedis ? 'from Redis' : 'back'}${since}`,
      subject: null,
      detail: [cause, others, forced].filter((text) => text !== '').join(' '),
      impact: null,
      next: { label: 'Open resilience', to: '/resilience' },
    },
  ];
}

function othersText({ instances }: Status['fleet']): string {
  if (instances.length === 0) return 'The others keep none back.';
  const more = instances.length > NAMED ? ` and ${instances.length - NAMED} more` : '';
  return `Only ${instances.slice(0, NAMED).join(', ')}${more}: the others keep none back.`;
}
