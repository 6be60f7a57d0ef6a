import type { CacheErrorCode } from '#cache/cacheError.ts';
import type { BreakerTransition } from '#cache/resilience/circuitBreaker.ts';

export type CacheOperation =
  | 'get'
  | 'set'
  | 'delete'
  | 'invalidateTag'
  | 'invalidatePattern'
  | 'version'
  | 'tidy'
  | 'lease'
  | 'broadcast'
  | 'event'
  | 'writeBehind'
  | 'structure'
  | 'control';

/** What asked for an invalidation. */
export type InvalidationSource = 'key' | 'tag' | 'pattern' | 'version' | 'event' | 'operator';

/** What a cache tells its listeners. `pattern` is the full one, prefix included. */
export interface CacheEventMap {
  /** One look-up of a caller by its outcome: `hit` = answered without waiting for a load. */
  lookup: { readonly pattern: string; readonly result: 'hit' | 'miss' };
  /** One read of a layer that answered; failed reads are a `fallback`. `memory` holds loads made while Redis is away. */
  layerLookup: { readonly layer: 'l1' | 'l2' | 'memory'; readonly result: 'hit' | 'miss' };
  /** A caller waited for the load of another. */
  coalesced: { readonly pattern: string };
  loaded: { readonly pattern: string; readonly result: 'success' | 'failure'; readonly durationMs: number };
  /** A look-up was answered with an old value: while it is refreshed, or because there was no newer one in time. */
  staleServed: {
    readonly pattern: string;
    readonly reason: 'revalidating' | 'loadFailed' | 'loadTimeout' | 'shed';
  };
  /** A look-up was answered with "not found" from the cache. */
  negativeServed: { readonly pattern: string };
  /** A refresh in the background: before expiry (`ahead`, `early`) or after it (`stale`). */
  refreshed: {
    readonly pattern: string;
    readonly reason: 'ahead' | 'early' | 'stale';
    /** `leased`: another instance refreshes it. `busy`: no slot was free. */
    readonly result: 'refreshed' | 'failed' | 'leased' | 'busy';
  };
  /** An entry that belongs to another owner was found under the key, and not served. */
  scopeViolation: { readonly pattern: string; readonly key: string };
  /** `ttlSeconds` = how long the entry is fresh, jitter included. */
  stored: { readonly pattern: string; readonly ttlSeconds: number; readonly tags: readonly string[] };
  /** A value was not stored: something newer, or an invalidation, came while it was loaded. */
  outdated: { readonly pattern: string };
  /** Entries that Redis removed, or marked as stale, because somebody asked for it. */
  removed: { readonly pattern: string; readonly source: InvalidationSource; readonly count: number };
  /** Somebody asked for an invalidation; whatever came of it. */
  invalidated: { readonly source: InvalidationSource };
  /** An entry left memory other than by expiry. */
  evicted: { readonly layer: 'l1' | 'memory'; readonly cause: 'size' | 'invalidated' | 'disconnected' };
  /** Messages to and from the other instances. */
  broadcast: { readonly direction: 'sent' | 'received'; readonly count: number };
  /** Whether invalidations of the other instances arrive; while they do not, L1 is off. */
  coherence: { readonly state: 'live' | 'lost'; readonly reason: string };
  breaker: BreakerTransition;
  /** A load was refused to keep the source alive. */
  shed: { readonly pattern: string; readonly reason: 'bulkhead' | 'surge' };
  /** An invalidation that Redis did not confirm. `dropped` entries may be served until they expire. */
  retry: {
    readonly state: 'queued' | 'done' | 'deadLettered' | 'dropped';
    readonly source: InvalidationSource;
    readonly reason: string;
  };
  /** Changes on their way to the source. */
  writeBehind: {
    readonly family: string;
    readonly state: 'queued' | 'flushed' | 'retried' | 'deadLettered' | 'direct';
    readonly count: number;
  };
  /** Declared events. `lagMs` from publishing to application; null where it does not apply. `fanOut` = entries removed. */
  event: {
    readonly event: string;
    readonly state: 'published' | 'applied' | 'duplicate' | 'failed' | 'deadLettered' | 'lost';
    readonly count: number;
    readonly lagMs: number | null;
    readonly fanOut: number;
  };
  warm: {
    readonly warmer: string;
    readonly state: 'started' | 'progressed' | 'completed' | 'cancelled' | 'stopped' | 'failed' | 'leased';
    readonly doneCount: number;
    readonly plannedCount: number;
    readonly reason: string;
  };
  verified: {
    readonly pattern: string;
    readonly result: 'same' | 'drifted' | 'repaired' | 'changed' | 'failed';
    /** Age of the entry when it was compared, ms; null = unknown. */
    readonly ageMs: number | null;
  };
  /** Something failed that the caller did not see. */
  fallback: { readonly operation: CacheOperation; readonly code: CacheErrorCode; readonly error: unknown };
}

type Listeners = { readonly [Name in keyof CacheEventMap]: Set<(event: CacheEventMap[Name]) => void> };

/** The events of one cache. A listener that throws is reported as a process warning and never disturbs a call. */
export class CacheEvents {
  readonly #listeners: Listeners = {
    lookup: new Set(),
    layerLookup: new Set(),
    coalesced: new Set(),
    loaded: new Set(),
    staleServed: new Set(),
    negativeServed: new Set(),
    refreshed: new Set(),
    scopeViolation: new Set(),
    stored: new Set(),
    outdated: new Set(),
    removed: new Set(),
    invalidated: new Set(),
    evicted: new Set(),
    broadcast: new Set(),
    coherence: new Set(),
    breaker: new Set(),
    shed: new Set(),
    retry: new Set(),
    writeBehind: new Set(),
    event: new Set(),
    warm: new Set(),
    verified: new Set(),
    fallback: new Set(),
  };

  /** Returns the function that ends the listening. */
  on<Name extends keyof CacheEventMap>(
    name: Name,
    listener: (event: CacheEventMap[Name]) => void,
  ): () => void {
    this.#listeners[name].add(listener);
    return () => void this.#listeners[name].delete(listener);
  }

  emit<Name extends keyof CacheEventMap>(name: Name, event: CacheEventMap[Name]): void {
    for (const listener of this.#listeners[name]) {
      try {
        listener(event);
      } catch (error) {
        process.emitWarning(error instanceof Error ? error : String(error), { code: 'CACHESCOPE_LISTENER' });
      }
    }
  }
}
