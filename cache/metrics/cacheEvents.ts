import type { CacheErrorCode } from '#cache/cacheError.ts';

export type CacheOperation = 'get' | 'set' | 'delete' | 'invalidateTag' | 'tidy';

/** What a cache tells its listeners. `pattern` is the full one, prefix included. */
export interface CacheEventMap {
  /** One look-up of a caller by its outcome: `hit` = answered without waiting for a load. */
  lookup: { readonly pattern: string; readonly result: 'hit' | 'miss' };
  /** One read of a layer that answered; failed reads are a `fallback`. */
  layerLookup: { readonly layer: 'l1' | 'l2'; readonly result: 'hit' | 'miss' };
  /** A caller waited for the load of another. */
  coalesced: { readonly pattern: string };
  loaded: { readonly pattern: string; readonly result: 'success' | 'failure'; readonly durationMs: number };
  /** `ttlSeconds` includes the jitter. */
  stored: { readonly pattern: string; readonly ttlSeconds: number };
  /** Entries that Redis removed because somebody asked for it. */
  removed: { readonly pattern: string; readonly source: 'key' | 'tag'; readonly count: number };
  /** Somebody asked for an invalidation; whatever came of it. */
  invalidated: { readonly source: 'key' | 'tag' };
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
    stored: new Set(),
    removed: new Set(),
    invalidated: new Set(),
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
