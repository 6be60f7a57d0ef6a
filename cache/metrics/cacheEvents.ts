import type { CacheErrorCode } from '#cache/cacheError.ts';
import type { BreakerTransition } from '#cache/resilience/circuitBreaker.ts';
import type { MissReason } from '#shared/traffic/missReason.ts';

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

/**
 * Why a look-up had to wait for a load. `absent` = Redis has no entry, and does not tell whether it never had, or it expired
 * there or was evicted. `expired` = there is one, too old to be served. `invalidated` = an invalidation that has yet to reach
 * Redis means it. `undecodable`, `invalid` (its schema) and `scope` (another owner's) = what is there cannot be used.
 * `error` = Redis did not answer.
 */
export type LookupMissReason = Extract<
  MissReason,
  'absent' | 'expired' | 'invalidated' | 'undecodable' | 'invalid' | 'scope' | 'error'
>;

/** What a cache tells its listeners. `pattern` is the full one, prefix included. */
export interface CacheEventMap {
  /** One look-up of a caller by its outcome: `hit` = answered without waiting for a load. */
  lookup: {
    readonly pattern: string;
    readonly result: 'hit' | 'miss';
    /** Of a miss; absent when the caller gave up before it was known. */
    readonly reason?: LookupMissReason;
  };
  /** One read of a layer that answered; failed reads are a `fallback`. `memory` holds loads made while Redis is away. */
  layerLookup: {
    readonly pattern: string;
    readonly layer: 'l1' | 'l2' | 'memory';
    readonly result: 'hit' | 'miss';
  };
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
  /** Entries left memory other than by expiry. `disconnected`: what was invalidated meanwhile is not known, so all are given up. */
  evicted: {
    readonly layer: 'l1' | 'memory';
    readonly cause: 'size' | 'invalidated' | 'disconnected';
    readonly count: number;
  };
  /** Messages to and from the other instances. `missed`: by their numbers they were sent, and never came. `duplicate`: came again. */
  broadcast: {
    readonly direction: 'sent' | 'received' | 'missed' | 'duplicate';
    readonly count: number;
  };
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
  /**
   * Declared events. `replayed` of those applied: they had been delivered before, and an instance that ended, or failed, had left them
   * undone. `lagMs` from publishing to application; null where it does not apply. `fanOut` = entries removed.
   */
  event: {
    readonly event: string;
    readonly state: 'published' | 'applied' | 'replayed' | 'duplicate' | 'failed' | 'deadLettered' | 'lost';
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

/** Who listens to one kind of event. The list is replaced and never changed: one that is being gone through stays as it was. */
class Listeners<Event> {
  all: readonly ((event: Event) => void)[] = [];

  add(listener: (event: Event) => void): () => void {
    this.all = [...this.all, listener];
    return () => {
      this.all = this.all.filter((other) => other !== listener);
    };
  }
}

/** The events of one cache. A listener that throws is reported as a process warning and never disturbs a call. */
export class CacheEvents {
  readonly #listeners: { readonly [Name in keyof CacheEventMap]: Listeners<CacheEventMap[Name]> } = {
    lookup: new Listeners(),
    layerLookup: new Listeners(),
    coalesced: new Listeners(),
    loaded: new Listeners(),
    staleServed: new Listeners(),
    negativeServed: new Listeners(),
    refreshed: new Listeners(),
    scopeViolation: new Listeners(),
    stored: new Listeners(),
    outdated: new Listeners(),
    removed: new Listeners(),
    invalidated: new Listeners(),
    evicted: new Listeners(),
    broadcast: new Listeners(),
    coherence: new Listeners(),
    breaker: new Listeners(),
    shed: new Listeners(),
    retry: new Listeners(),
    writeBehind: new Listeners(),
    event: new Listeners(),
    warm: new Listeners(),
    verified: new Listeners(),
    fallback: new Listeners(),
  };

  /** Returns the function that ends the listening. */
  on<Name extends keyof CacheEventMap>(
    name: Name,
    listener: (event: CacheEventMap[Name]) => void,
  ): () => void {
    return this.#listeners[name].add(listener);
  }

  emit<Name extends keyof CacheEventMap>(name: Name, event: CacheEventMap[Name]): void {
    const listeners: readonly ((event: CacheEventMap[Name]) => void)[] = this.#listeners[name].all;
    // By index: going through it otherwise costs the two events of a hit 20 ns more.
    for (let at = 0; at < listeners.length; at += 1) {
      try {
        listeners[at]?.(event);
      } catch (error) {
        process.emitWarning(error instanceof Error ? error : String(error), { code: 'CACHESCOPE_LISTENER' });
      }
    }
  }
}
