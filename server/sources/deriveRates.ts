import type { LookupCounts } from '#shared/lookups.ts';
import type { Reading } from '#shared/reading.ts';
import type { NodeRates } from '#shared/snapshot.ts';
import type { InfoReading } from './readInfo.ts';

/** What happened on one node between two readings of INFO. */
export interface NodeInterval {
  readonly fromMs: number;
  readonly toMs: number;
  /** `first` = there was no reading before; after `restart` and `counterReset` nothing is known of the interval. */
  readonly kind: 'first' | 'steady' | 'restart' | 'counterReset';
  readonly rates: NodeRates;
  /** keyspace_hits and keyspace_misses added, less our own look-ups. */
  readonly lookups: Reading<LookupCounts>;
  /** Look-ups of our own in the interval; null when some could not be counted. */
  readonly ownLookupCount: number | null;
  /** Amounts added in the interval; null = not known. */
  readonly commandCount: number | null;
  readonly expiredCount: number | null;
  readonly evictedCount: number | null;
}

export function deriveRates(_previous: InfoReading | null, _current: InfoReading): NodeInterval {
  throw new Error('not built yet');
}
