import type { ToldLetters } from '#shared/services/instanceInvalidation.ts';
import type { InvalidationTally } from '#shared/services/invalidationCounts.ts';

/** What an instance of our library tells of its invalidations. Null = it does not tell. */
export interface ToldInvalidation {
  /** Since the process began. */
  readonly tally: InvalidationTally;
  /** Whether invalidations of the others arrive; null also = nothing depends on it. */
  readonly coherence: 'live' | 'lost' | null;
  /** Invalidations that wait to be done again. */
  readonly retriesWaiting: number | null;
  /** When the oldest of them came, epoch ms; null also = none waits. */
  readonly retriesSinceMs: number | null;
  readonly deadLetters: readonly ToldLetters[];
}
