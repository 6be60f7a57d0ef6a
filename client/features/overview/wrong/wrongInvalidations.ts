import { formatClock } from '#client/lib/formatTime.ts';
import type { Overview } from '../overviewFacts.ts';
import type { WrongItem } from './wrongItem.ts';

/** Invalidations that did not arrive: somebody is served what has changed. */
export function invalidationItems({
  lostInvalidations,
}: Pick<Overview, 'lostInvalidations'>): readonly WrongItem[] {
  return lostInvalidations.map(({ id, severity, text, meaning, sinceMs }) => ({
    id: `invalidation ${id}`,
    severity,
    title: text,
    subject: null,
    detail: `${sinceMs === null ? '' : `Since ${formatClock(sinceMs)}. `}${meaning}`,
    impact: null,
    next: { label: 'Open invalidation', to: '/invalidation' },
  }));
}
