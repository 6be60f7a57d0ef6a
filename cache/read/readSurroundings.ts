import type { EntryStore } from '#cache/entries/entryStore.ts';
import type { RetryQueue } from '#cache/invalidate/retryQueue.ts';
import type { Request } from '#cache/keys/policy.ts';
import type { HeldInMemory } from '#cache/memory/heldInMemory.ts';
import type { CacheEvents } from '#cache/metrics/cacheEvents.ts';
import type { RefusedWrites } from '#cache/metrics/refusedWrites.ts';
import type { Bulkhead } from '#cache/resilience/bulkhead.ts';
import type { ReadBatcher } from '#cache/store/readBatcher.ts';
import type { RedisTransport } from '#cache/store/redisTransport.ts';
import type { Serialiser } from '#cache/store/serialiser.ts';
import type { LoadsUnderWay } from './loadsUnderWay.ts';
import type { RecentFailures } from './refresh/recentFailures.ts';
import type { SourceGuard } from './sourceGuard.ts';

/** What the read path works with. */
export interface ReadSurroundings {
  readonly transport: RedisTransport;
  readonly reads: ReadBatcher;
  readonly entries: EntryStore;
  readonly memory: HeldInMemory;
  readonly loads: LoadsUnderWay;
  readonly guard: SourceGuard;
  /** Bounds the refreshes in the background. */
  readonly refreshes: Bulkhead;
  readonly events: CacheEvents;
  readonly serialiser: Serialiser;
  readonly prefix: string;
  /** Begins the names of leases; a random text of this cache, so that it releases only its own. */
  readonly instance: string;
  readonly clock: () => number;
  readonly random: () => number;
  /** Told of every look-up that Redis answered with a fresh entry. */
  tellHit(request: Request<unknown>): void;
  /** Invalidations that are still to reach Redis: what is stored under their keys and tags is as good as gone, or marked. */
  readonly queued: Pick<RetryQueue, 'modeOfKey' | 'modeOfTags' | 'queuedCount'>;
  /** Why Redis answers and takes no writes. */
  readonly refusedWrites: Pick<RefusedWrites, 'reason'>;
  readonly failures: RecentFailures;
  /** Keys that are being refreshed in the background by this process. */
  readonly refreshing: Set<string>;
  pause(ms: number): Promise<void>;
  /** Keeps `close` waiting until the work has ended. */
  track(work: Promise<unknown>): void;
}
