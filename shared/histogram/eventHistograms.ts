/** Upper bounds of event lags, seconds: from one round to Redis to a consumer that was down for an hour. */
export const LAG_BOUNDS_SECONDS: readonly number[] = [
  0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 60, 600, 3_600,
];

/** Upper bounds of the entries that one event removed: from none, past where diagnosis calls it a storm (100), to a whole family. */
export const FAN_OUT_BOUNDS: readonly number[] = [0, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 10_000];

/**
 * The value that a share of what was counted stays below, from a count for each bound and one for all above the last. Linear within
 * a bucket, as Prometheus has it; null when nothing was counted, Infinity when it lies above the last bound.
 */
export function bucketQuantile(
  counts: readonly number[],
  bounds: readonly number[],
  ratio: number,
): number | null {
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total <= 0) return null;
  let below = 0;
  for (const [at, bound] of bounds.entries()) {
    const count = counts[at] ?? 0;
    if (count > 0 && below + count >= ratio * total) {
      const lower = at === 0 ? Math.min(0, bound) : (bounds[at - 1] ?? 0);
      return lower + (bound - lower) * Math.max(0, (ratio * total - below) / count);
    }
    below += count;
  }
  return Number.POSITIVE_INFINITY;
}
