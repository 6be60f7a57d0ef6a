import type { Reading } from './reading.ts';
import { unknown } from './reading.ts';

/** Look-ups that a cache answered within a window. Counts, not rates. */
export interface LookupCounts {
  readonly hits: number;
  readonly misses: number;
}

/** Hits and misses of a window, with the window they were counted over. */
export interface Lookups extends LookupCounts {
  /** Length of the counted window, ms. Rates are counts divided by it. */
  readonly windowMs: number;
}

/** With fewer look-ups a hit ratio says little: its interval is then up to 14 points wide. */
export const MIN_LOOKUP_COUNT = 200;

/** Hits / (hits + misses), 0-1. Null when there was no look-up: a ratio of nothing is not a number. */
export function hitRatio(counts: LookupCounts): number | null {
  const total = counts.hits + counts.misses;
  return total > 0 ? counts.hits / total : null;
}

/** The hit ratio of a reading, 0-1; unknown stays unknown, and a window without look-ups becomes `notEnoughData`. */
export function hitRatioReading(lookups: Reading<Lookups>): Reading<number> {
  if (lookups.state === 'unknown') return lookups;
  const ratio = hitRatio(lookups.value);
  if (ratio === null) return unknown('notEnoughData', 'No look-ups in this window.');
  return { ...lookups, value: ratio };
}
