import { formatPercent, formatRateDelta } from '#client/lib/formatNumber.ts';
import type { Compare } from '#shared/timeRange.ts';
import type { Overview } from './overviewFacts.ts';

export interface DifferentRow {
  readonly pattern: string;
  /** Hit rate now and before, in words. */
  readonly ratios: string;
  readonly extra: string;
  /** Length of its bar, 0-1 of the largest change. */
  readonly share: number;
  readonly isWorse: boolean;
}

export interface DifferentModel {
  readonly rows: readonly DifferentRow[];
  /** Patterns that are not listed. */
  readonly otherCount: number;
  /** Instead of rows: why there are none. */
  readonly empty: string | null;
}

const MAX_ROWS = 7;

/** A change below this many misses per second is not shown as one. */
const UNCHANGED_PER_SECOND = 0.05;

/** Patterns by what they cost more than before, worst first. */
export function prepareDifferent(overview: Overview, compare: Compare): DifferentModel {
  if (compare === 'none') return empty('Nothing is compared. Choose at the top what to compare with.');
  const changed = overview.different.filter(
    ({ extraMissesPerSecond }) => Math.abs(extraMissesPerSecond) >= UNCHANGED_PER_SECOND,
  );
  if (overview.different.length === 0) return empty('The span before has no metrics to compare with (yet).');
  if (changed.length === 0) return empty('No pattern misses more or less than before.');
  const largest = Math.max(...changed.map(({ extraMissesPerSecond }) => Math.abs(extraMissesPerSecond)));
  const rows = changed.slice(0, MAX_ROWS).map((entry) => ({
    pattern: entry.pattern,
    ratios: `${percent(entry.hitRatioBefore)} → ${percent(entry.hitRatio)}`,
    extra: formatRateDelta(entry.extraMissesPerSecond),
    share: Math.abs(entry.extraMissesPerSecond) / largest,
    isWorse: entry.extraMissesPerSecond > 0,
  }));
  return { rows, otherCount: overview.different.length - rows.length, empty: null };
}

function empty(text: string): DifferentModel {
  return { rows: [], otherCount: 0, empty: text };
}

function percent(ratio: number | null): string {
  return ratio === null ? '–' : formatPercent(ratio);
}
