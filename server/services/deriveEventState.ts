import type { BreakerEvents } from '#server/sources/services/instanceReading.ts';
import type { BreakerState } from '#shared/services/breakerState.ts';

/**
 * The state of a breaker that only counts events, from two readings of them; null = not known. Half-open is not among the
 * events: until it closes again, it counts as open. `known` is what it was at the reading before.
 */
export function deriveEventState(
  before: BreakerEvents | null,
  now: BreakerEvents | null,
  known: BreakerState | null,
): BreakerState | null {
  if (now === null) return null;
  if (before === null || hasFallen(before, now)) return firstState(now);
  const opened = now.openedCount - before.openedCount;
  const closed = now.closedCount - before.closedCount;
  if (opened > 0 && closed === 0) return 'open';
  if (closed > 0 && opened === 0) return 'closed';
  if (opened === 0) return known ?? stateByCalls(before, now);
  // It did both, in an order that nobody tells.
  return stateByCalls(before, now);
}

function firstState({ openedCount, closedCount }: BreakerEvents): BreakerState | null {
  if (openedCount === 0) return 'closed';
  return closedCount === 0 ? 'open' : null;
}

/** An open one lets no call through, and a closed one keeps none back. */
function stateByCalls(before: BreakerEvents, now: BreakerEvents): BreakerState | null {
  const succeeded = now.succeededCount - before.succeededCount;
  const rejected = now.rejectedCount - before.rejectedCount;
  if (now.openedCount !== before.openedCount || now.closedCount !== before.closedCount) return null;
  if (succeeded > 0 && rejected === 0) return 'closed';
  return rejected > 0 && succeeded === 0 ? 'open' : null;
}

function hasFallen(before: BreakerEvents, now: BreakerEvents): boolean {
  return now.openedCount < before.openedCount || now.closedCount < before.closedCount;
}
