import type { CacheErrorCode } from '#cache/cacheError.ts';
import type { InvalidationMode } from '#cache/entries/entryStore.ts';
import type { InvalidationSource } from '#cache/metrics/cacheEvents.ts';

/** A wish that entries be no longer served, or served only while they are refreshed. */
export interface Invalidation {
  readonly kind: 'key' | 'tag' | 'pattern' | 'version';
  /** The whole name of a key (open where its version is not known, openKey.ts), a tag, a whole pattern (keyPattern.ts), or a namespace. */
  readonly target: string;
  readonly mode: InvalidationMode;
  /** Who asked; the label of its metrics. */
  readonly source: InvalidationSource;
}

/**
 * What became of it. `queued`: Redis did not confirm all of it, and it is asked again until it does; this instance serves
 * nothing of it meanwhile (of a soft one, what is old while it is refreshed), others may until then or until expiry. `failed`: likewise, and it could not be queued.
 * `removedCount` is what Redis confirmed.
 */
export type InvalidationResult =
  | { readonly state: 'done'; readonly removedCount: number }
  | {
      readonly state: 'queued' | 'failed';
      readonly code: CacheErrorCode;
      readonly removedCount: number;
    };

/** What two wishes for one entry amount to; null = none. */
export function harderOf(
  one: InvalidationMode | null,
  other: InvalidationMode | null,
): InvalidationMode | null {
  return one === 'hard' ? one : (other ?? one);
}
