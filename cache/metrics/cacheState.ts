import type { MemoryBounds } from '#cache/memory/memoryStore.ts';
import type { BulkheadSnapshot } from '#cache/resilience/bulkhead.ts';
import type { BreakerSnapshot } from '#cache/resilience/circuitBreaker.ts';
import type { SurgeLimitSnapshot } from '#cache/resilience/surgeLimit.ts';
import type { WriteRefusal } from './refusedWrites.ts';

export interface MemoryState extends MemoryBounds {
  readonly entryCount: number;
  /** An estimate. */
  readonly bytes: number;
}

/** Changes of one family on their way to the source. */
export interface WriteBehindState {
  readonly family: string;
  /** Null = Redis did not say. */
  readonly queuedCount: number | null;
  /** When the oldest came, epoch ms; null = none waits, or Redis did not say. */
  readonly oldestAtMs: number | null;
  /** When Redis said so, epoch ms: it may have been flushed since. */
  readonly readAtMs: number;
}

export interface DeadLetterState {
  /** Which of the streams: `invalidations`, `events`. */
  readonly queue: string;
  /** Null = Redis did not say. */
  readonly count: number | null;
  /** Of events, the stream that they were read from; null = of none, or kept elsewhere. */
  readonly stream: string | null;
}

/** How a cache stands now. Read at each scrape and for each snapshot, so it must cost no command to Redis. */
export interface CacheState {
  readonly breaker: BreakerSnapshot;
  /** Why Redis, which answers, refused writes lately; null = it refused none. */
  readonly refusedWrites: WriteRefusal | null;
  /** Null = the layer is off. */
  readonly memory: { readonly l1: MemoryState | null; readonly fallback: MemoryState | null };
  readonly loads: BulkheadSnapshot;
  /** Null = no such limit. */
  readonly surge: SurgeLimitSnapshot | null;
  /** Whether the invalidations of the other instances arrive; null = nothing depends on it. */
  readonly coherence: 'live' | 'lost' | null;
  readonly retries: {
    readonly queuedCount: number;
    /** Epoch ms; null = none waits. */
    readonly oldestAtMs: number | null;
  };
  readonly writeBehind: readonly WriteBehindState[];
  readonly deadLetters: readonly DeadLetterState[];
  /** Names of the warmers that are declared. */
  readonly warmers: readonly string[];
}
