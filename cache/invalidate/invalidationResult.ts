import type { CacheErrorCode } from '#cache/cacheError.ts';

/**
 * What became of an invalidation. `failed`: Redis did not confirm all of it, entries may still be served until they
 * expire; asking again is safe. `removedCount` is what Redis confirmed as removed.
 */
export type InvalidationResult =
  | { readonly state: 'done'; readonly removedCount: number }
  | { readonly state: 'failed'; readonly code: CacheErrorCode; readonly removedCount: number };
