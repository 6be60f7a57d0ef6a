import { formatPercent, formatRateDelta } from '#client/lib/formatNumber.ts';
import { formatDuration } from '#client/lib/formatTime.ts';
import { compareNames } from '#client/lib/urlState.ts';
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
  /** Which spans are compared; empty when none are. */
  readonly note: string;
}

const MAX_ROWS = 7;

/** A change below this many misses per second is not shown as one. */
const UNCHANGED_PER_SECOND = 0.05;

/** Patterns by what they cost more than before, worst first. */
export function prepareDifferent(overview: Overview, compare: Compare): DifferentModel {
  if (compare === 'none') return empty('Nothing is compared. Choose at the top what to compare with.');
  const { different, span } = overview;
  if (different === null) return empty('Nothing was measured yet that could be compared with.');
  const note = noteOf(different, span, compare);
  const changed = different.patterns.filter(
    ({ extraMissesPerSecond }) => Math.abs(extraMissesPerSecond) >= UNCHANGED_PER_SECOND,
  );
  if (changed.length === 0) return { ...empty('No pattern misses more or less than before.'), note };
  const largest = Math.max(...changed.map(({ extraMissesPerSecond }) => Math.abs(extraMissesPerSecond)));
  const rows = changed.slice(0, MAX_ROWS).map((entry) => ({
    pattern: entry.pattern,
    ratios: ratiosText(entry),
    extra: formatRateDelta(entry.extraMissesPerSecond),
    share: Math.abs(entry.extraMissesPerSecond) / largest,
    isWorse: entry.extraMissesPerSecond > 0,
  }));
  return { rows, otherCount: different.patterns.length - rows.length, empty: null, note };
}

function empty(text: string): DifferentModel {
  return { rows: [], otherCount: 0, empty: text, note: '' };
}

function noteOf(
  { over, against }: NonNullable<Overview['different']>,
  span: Overview['span'],
  compare: Compare,
): string {
  const now = over.fromMs <= span.fromMs ? '' : `last ${formatDuration(over.toMs - over.fromMs)} `;
  return `misses/s, ${now}vs ${against === 'spanBefore' ? compareNames[compare] : 'earlier in this span'}`;
}

function ratiosText({
  hitRatio,
  hitRatioBefore,
}: NonNullable<Overview['different']>['patterns'][number]): string {
  if (hitRatioBefore === null && hitRatio !== null) return `new → ${formatPercent(hitRatio)}`;
  if (hitRatioBefore !== null && hitRatio === null) return `${formatPercent(hitRatioBefore)} → none`;
  return `${percent(hitRatioBefore)} → ${percent(hitRatio)}`;
}

function percent(ratio: number | null): string {
  return ratio === null ? '–' : formatPercent(ratio);
}
