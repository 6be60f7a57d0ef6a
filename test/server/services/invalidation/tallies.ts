import type { ToldInvalidation } from '#server/sources/services/invalidation/toldInvalidation.ts';
import type {
  EventTally,
  InvalidationCounts,
  InvalidationTally,
} from '#shared/services/invalidationCounts.ts';

const noneAsked = { tag: 0, key: 0, event: 0, pattern: 0, version: 0, operator: 0 };

/** Counts of an instance that did nothing, with the changes. */
function countsWith(change: Partial<InvalidationCounts> = {}): InvalidationCounts {
  return {
    ...{ asked: noneAsked, removed: 0, stored: 0, sent: 0, received: 0, missed: 0, duplicate: 0 },
    ...{ flushes: 0, flushedEntries: 0, retryQueued: 0, retryDone: 0, retryDead: 0, retryDropped: 0 },
    ...change,
  };
}

export function asked(change: Partial<InvalidationCounts['asked']>): InvalidationCounts['asked'] {
  return { ...noneAsked, ...change };
}

export function eventWith(change: Partial<EventTally> = {}): EventTally {
  return {
    ...{
      event: 'priceChanged',
      published: 0,
      applied: 0,
      replayed: 0,
      duplicate: 0,
      failed: 0,
      deadLettered: 0,
    },
    ...{ lost: 0, removed: 0, lagCount: 0, lagMs: 0, lagBuckets: null, fanOutBuckets: null },
    ...change,
  };
}

export function tallyWith(
  change: Partial<InvalidationCounts> = {},
  rest: Partial<InvalidationTally> = {},
): InvalidationTally {
  return { counts: countsWith(change), events: [], verified: [], ...rest };
}

export function toldWith(change: Partial<ToldInvalidation> = {}): ToldInvalidation {
  return {
    ...{ tally: tallyWith(), coherence: 'live', retriesWaiting: 0, retriesSinceMs: null, deadLetters: [] },
    ...change,
  };
}
