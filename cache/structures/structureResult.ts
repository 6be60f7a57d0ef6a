import type { CacheErrorCode } from '#cache/cacheError.ts';

/** Redis did not do it, or did not say so: after `timeout` and `unreachable` a write may have happened all the same. */
export interface StructureFailure {
  readonly state: 'failed';
  readonly code: CacheErrorCode;
}

export type StructureRead<Value> = { readonly state: 'read'; readonly value: Value } | StructureFailure;

export type StructureWrite = { readonly state: 'stored' } | StructureFailure;

/** A write that tells the number that it made. */
export type StructureCount = { readonly state: 'stored'; readonly value: number } | StructureFailure;
