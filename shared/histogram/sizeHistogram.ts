import { logBucket } from './logBucket.ts';

const FIRST_BOUND_BYTES = 64;
/** No Redis string is longer than 512 MB; a collection above the last bound counts in the last bucket. */
const BOUND_COUNT = 25;

/**
 * Upper bounds of the size histogram, bytes: each twice the one before, from 64 B, below which hardly any key with its
 * value stays, to 1 GiB. Fixed, so that histograms of different patterns and times can be added and compared.
 */
export const SIZE_BOUNDS_BYTES: readonly number[] = Array.from(
  { length: BOUND_COUNT },
  (_, index) => FIRST_BOUND_BYTES * 2 ** index,
);

/** Index into `SIZE_BOUNDS_BYTES` of the first bound that is not below `bytes`. */
export function sizeBucket(bytes: number): number {
  return logBucket(bytes, SIZE_BOUNDS_BYTES);
}

/**
 * How the sizes of sampled keys spread: key, value and what Redis keeps beside them, by MEMORY USAGE, which estimates large
 * collections from five of their members. Counts and sums are of sampled keys, not of all keys.
 */
export interface SizeDistribution {
  /** One count for each bound of `SIZE_BOUNDS_BYTES`. */
  readonly bucketCounts: readonly number[];
  /** Bytes of the keys in each bucket. */
  readonly bucketBytes: readonly number[];
  /** Sampled keys whose size is known. */
  readonly sampledCount: number;
  /** Sampled keys whose size Redis did not tell. */
  readonly unknownCount: number;
  /** Percentiles of the sizes themselves, by nearest rank; null when no size is known. */
  readonly p50Bytes: number | null;
  readonly p95Bytes: number | null;
  readonly maxBytes: number | null;
}
