import type { TrafficMetric, TrafficTotals } from '#server/history/historyStore.ts';
import { OTHER_PATTERN } from '#shared/metricNames.ts';
import type { Series } from '#shared/series.ts';

/** Bands that an eye can tell apart in one stack; the rest is summed as `other`. */
const BANDS = 6;

export interface PatternLoads {
  readonly pattern: string;
  /** Loads from the source in each step, counts. */
  readonly loads: Series;
}

/** Source loads over time of the patterns with the most, and of all others together, largest first. */
export function deriveLoadsByPattern(
  totals: ReadonlyMap<string, TrafficTotals>,
  seriesOf: (pattern: string | null) => Readonly<Record<TrafficMetric, Series>>,
): readonly PatternLoads[] {
  const ranked = [...totals]
    .filter(([pattern, total]) => total.loads > 0 && pattern !== OTHER_PATTERN)
    .sort(([, a], [, b]) => b.loads - a.loads);
  const bands = ranked.slice(0, BANDS).map(([pattern]) => ({ pattern, loads: seriesOf(pattern).loads }));
  const hasRest = ranked.length > BANDS || (totals.get(OTHER_PATTERN)?.loads ?? 0) > 0;
  if (!hasRest) return bands;
  return [...bands, { pattern: OTHER_PATTERN, loads: subtract(seriesOf(null).loads, bands) }];
}

function subtract(all: Series, parts: readonly PatternLoads[]): Series {
  const values = all.values.map((value, index) => {
    if (value === null) return null;
    const shown = parts.reduce((sum, part) => sum + (part.loads.values[index] ?? 0), 0);
    return Math.max(0, value - shown);
  });
  return { ...all, values };
}
