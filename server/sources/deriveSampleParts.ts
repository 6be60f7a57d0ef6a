import { SIZE_BOUNDS_BYTES, type SizeDistribution, sizeBucket } from '#shared/histogram/sizeHistogram.ts';
import {
  type ExpiryForecast,
  TTL_BOUNDS_SECONDS,
  type TtlDistribution,
  ttlBucket,
} from '#shared/histogram/ttlHistogram.ts';
import { type Estimate, exact } from '#shared/statistics.ts';
import { nearestRank } from './nearestRank.ts';

interface WithTtl {
  readonly ttlMs: number | null;
}

/** TTLs left when the keys were read. Percentiles are of the values themselves, by nearest rank, not of the buckets. */
export function deriveTtlDistribution(keys: readonly WithTtl[]): TtlDistribution {
  const bucketCounts = TTL_BOUNDS_SECONDS.map(() => 0);
  const ttls: number[] = [];
  for (const { ttlMs } of keys) {
    if (ttlMs === null) continue;
    ttls.push(ttlMs);
    const bucket = ttlBucket(ttlMs);
    bucketCounts[bucket] = (bucketCounts[bucket] ?? 0) + 1;
  }
  ttls.sort((left, right) => left - right);
  return {
    bucketCounts,
    noTtlCount: keys.length - ttls.length,
    sampledCount: keys.length,
    p50Ms: nearestRank(ttls, 0.5),
    p90Ms: nearestRank(ttls, 0.9),
    maxMs: ttls.at(-1) ?? null,
  };
}

export interface ForecastSteps {
  /** The moment that the first step starts at. */
  readonly fromMs: number;
  readonly stepMs: number;
  readonly stepCount: number;
  /** Keys that one sampled key stands for. */
  readonly keysPerSample: number;
  readonly isExact: boolean;
}

/**
 * Keys that expire in each step, if nobody writes them again. Keys that expired since they were read are left out: they
 * say nothing of what is to come.
 */
export function deriveForecast(
  keys: readonly (WithTtl & { readonly readAtMs: number })[],
  { fromMs, stepMs, stepCount, keysPerSample, isExact }: ForecastSteps,
): ExpiryForecast {
  const counts = Array.from({ length: stepCount }, () => 0);
  for (const { ttlMs, readAtMs } of keys) {
    if (ttlMs === null) continue;
    const step = Math.floor((readAtMs + ttlMs - fromMs) / stepMs);
    const count = counts[step];
    if (count !== undefined) counts[step] = count + 1;
  }
  const keyCounts = counts.map((count) => count * keysPerSample);
  return { fromMs, stepMs, keyCounts, sampledCount: keys.length, keysPerSample, isExact };
}

/** Sizes of the keys whose size Redis told; the others are counted apart. */
export function deriveSizeDistribution(keys: readonly { readonly bytes: number | null }[]): SizeDistribution {
  const bucketCounts = SIZE_BOUNDS_BYTES.map(() => 0);
  const bucketBytes = SIZE_BOUNDS_BYTES.map(() => 0);
  const sizes: number[] = [];
  for (const { bytes } of keys) {
    if (bytes === null) continue;
    sizes.push(bytes);
    const bucket = sizeBucket(bytes);
    bucketCounts[bucket] = (bucketCounts[bucket] ?? 0) + 1;
    bucketBytes[bucket] = (bucketBytes[bucket] ?? 0) + bytes;
  }
  sizes.sort((left, right) => left - right);
  return {
    bucketCounts,
    bucketBytes,
    sampledCount: sizes.length,
    unknownCount: keys.length - sizes.length,
    p50Bytes: nearestRank(sizes, 0.5),
    p95Bytes: nearestRank(sizes, 0.95),
    maxBytes: sizes.at(-1) ?? null,
  };
}

/**
 * Bytes of all keys like these: their sum scaled up, with the 95 % interval of a total from a uniform sample (Cochran,
 * Sampling Techniques, 2.5), never below what was seen. Null when the size of any of them is not known, as a sum
 * without it would be too small.
 */
export function deriveBytes(
  keys: readonly { readonly bytes: number | null }[],
  basis: { readonly sampledCount: number; readonly keyCount: number; readonly isComplete: boolean },
): Estimate | null {
  let sum = 0;
  let squares = 0;
  for (const { bytes } of keys) {
    if (bytes === null) return null;
    sum += bytes;
    squares += bytes * bytes;
  }
  const { sampledCount, keyCount, isComplete } = basis;
  if (isComplete || sampledCount === 0) return exact(sum);
  const mean = sum / sampledCount;
  const variance =
    sampledCount > 1 ? Math.max(0, squares - sampledCount * mean * mean) / (sampledCount - 1) : mean * mean;
  // Without this the interval of a sample of nearly all keys would be as wide as that of a few.
  const unseenRatio = Math.max(0, 1 - sampledCount / keyCount);
  const half = 1.959964 * keyCount * Math.sqrt((variance / sampledCount) * unseenRatio);
  const value = mean * keyCount;
  return { value, low: Math.max(Math.min(sum, value), value - half), high: value + half, isExact: false };
}
