import { logBucket } from './logBucket.ts';

/**
 * Upper bounds of the TTL histogram, seconds: four to a decade from 1 s to 30 days. Fixed, so that histograms of
 * different patterns and times can be added and compared. A TTL above the last bound counts in the last bucket.
 */
export const TTL_BOUNDS_SECONDS: readonly number[] = [
  1, 1.8, 3.2, 5.6, 10, 18, 32, 56, 100, 180, 320, 560, 1_000, 1_800, 3_200, 5_600, 10_000, 18_000, 32_000,
  56_000, 100_000, 180_000, 320_000, 560_000, 1_000_000, 1_800_000, 2_592_000,
];

/** Index into `TTL_BOUNDS_SECONDS` of the first bound that is not below `ttlMs`. */
export function ttlBucket(ttlMs: number): number {
  return logBucket(ttlMs / 1_000, TTL_BOUNDS_SECONDS);
}

/** How the TTLs left of sampled keys spread. Counts are of sampled keys, not of all keys. */
export interface TtlDistribution {
  /** One count for each bound of `TTL_BOUNDS_SECONDS`. */
  readonly bucketCounts: readonly number[];
  readonly noTtlCount: number;
  /** Sampled keys in all, with and without a TTL. */
  readonly sampledCount: number;
  /** Median TTL left of the sampled keys that have one, ms; null when none has. */
  readonly p50Ms: number | null;
  /** 90th percentile, likewise. */
  readonly p90Ms: number | null;
  /** Longest TTL left of them. */
  readonly maxMs: number | null;
}

/** Keys that will expire in each step from the moment of the sample on, if nobody writes them again. */
export interface ExpiryForecast {
  readonly fromMs: number;
  /** Width of a step, ms (10 s steps for the first 10 minutes; 1 min steps for two hours). */
  readonly stepMs: number;
  /** Keys that expire in each step: the sampled ones times `keysPerSample`. */
  readonly keyCounts: readonly number[];
  /** Sampled keys that it was made of, with and without a TTL, in the steps and past them. */
  readonly sampledCount: number;
  /** Keys that one sampled key stands for; 1 when every key was read. */
  readonly keysPerSample: number;
  /** True when every key was read: the counts have no error of sampling. */
  readonly isExact: boolean;
}
