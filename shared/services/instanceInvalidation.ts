import type { InvalidationTally } from './invalidationCounts.ts';
import type { ServiceInstance } from './serviceInstance.ts';

/** Dead letters that an instance counts. Null = it does not tell. */
export interface ToldLetters {
  /** `events`, `invalidations`, or the family of a write-behind. */
  readonly queue: string;
  readonly count: number | null;
  /** Of events, the stream that they were read from. */
  readonly stream: string | null;
}

/** What an instance of our library tells of its invalidations, as it was read last. Null = it does not tell. */
export interface InstanceInvalidation
  extends Pick<
    ServiceInstance,
    | 'id'
    | 'service'
    | 'instance'
    | 'version'
    | 'startedAtMs'
    | 'readAtMs'
    | 'way'
    | 'address'
    | 'silentSinceMs'
  > {
  /** Since it began. */
  readonly total: InvalidationTally;
  /** What was added over about the last minute of readings; null = two readings of one process are needed. */
  readonly recent: { readonly windowMs: number; readonly tally: InvalidationTally } | null;
  /** Whether invalidations of the others arrive; null also = nothing depends on it. */
  readonly coherence: 'live' | 'lost' | null;
  readonly retriesWaiting: number | null;
  /** When the oldest of them came, epoch ms; null also = none waits. */
  readonly retriesSinceMs: number | null;
  /** As the instance last saw them in Redis. */
  readonly deadLetters: readonly ToldLetters[];
}
