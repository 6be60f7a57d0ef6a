import type { CacheEvents } from '#cache/metrics/cacheEvents.ts';
import type { Bulkhead } from '#cache/resilience/bulkhead.ts';
import type { RedisTransport } from '#cache/store/redisTransport.ts';

/** What a cache gives to what is written behind. */
export interface WriteBehindSurroundings {
  readonly transport: RedisTransport;
  readonly events: CacheEvents;
  /** That of the loads: bounds the calls of the source past the queue. */
  readonly bulkhead: Pick<Bulkhead, 'run'>;
  readonly prefix: string;
  /** Another in each process, also after a restart. */
  readonly instance: string;
  /** Now, epoch ms. */
  readonly clock: () => number;
  /** In [0, 1). */
  readonly random: () => number;
  /** Keeps no process alive. */
  pause(ms: number): Promise<void>;
}
