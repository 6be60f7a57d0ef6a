/** Fewer buckets would draw one bar as wide as the page, and say nothing of where it lies. */
const MIN_BARS = 9;

/** Labels that fit beside each other under the bars. */
const MAX_TICKS = 7;

/** Places from the first to the last bucket that holds anything, widened to both sides when they are few. */
export function shownBuckets(counts: readonly number[]): readonly number[] {
  let first = counts.findIndex((count) => count > 0);
  if (first < 0) return [];
  let last = counts.findLastIndex((count) => count > 0);
  while (last - first + 1 < Math.min(MIN_BARS, counts.length)) {
    last = Math.min(counts.length - 1, last + 1);
    if (last - first + 1 < MIN_BARS) first = Math.max(0, first - 1);
  }
  return Array.from({ length: last - first + 1 }, (_, offset) => first + offset);
}

/** Whether there is room for a label under this bar of `barCount`. */
export function hasTick(index: number, barCount: number): boolean {
  return index % Math.max(1, Math.ceil(barCount / MAX_TICKS)) === 0;
}
