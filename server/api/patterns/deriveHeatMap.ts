import type { HistoryStore } from '#server/history/historyStore.ts';
import { hitRatio, MIN_LOOKUP_COUNT } from '#shared/lookups.ts';
import type { Series } from '#shared/series.ts';
import type { TargetId } from '#shared/target.ts';

const HOUR_MS = 3_600_000;
const DAY_HOURS = 24;
const WEEK_HOURS = 7 * DAY_HOURS;
/** Days before each hour that say what is usual in it. Two weeks, so that both weekends count. */
const EARLIER_DAYS = 14;
/** Fewer known days say nothing of what is usual. Ours. */
const MIN_EARLIER_DAYS = 3;
/** Rows that a screen can hold. */
const MAX_ROWS = 50;

export interface HeatRow {
  readonly pattern: string;
  /** Of the week. */
  readonly lookupCount: number;
  /** Hit ratio of each hour, 0-1; null = not measured, or fewer than `MIN_LOOKUP_COUNT` look-ups. */
  readonly hitRatios: readonly (number | null)[];
  /** Less the median of the same hour on the 14 days before it, points (-1 to 1); null = not known on three of them. */
  readonly deviations: readonly (number | null)[];
}

export interface HeatMap {
  /** Start of the first of the 168 hours, which are those that are over. */
  readonly fromMs: number;
  readonly stepMs: number;
  /** Most look-ups first, at most 50. */
  readonly rows: readonly HeatRow[];
  readonly patternCount: number;
}

/** How each hour of the last week differs from what is usual at that time of the day. Days are 24 hours, whatever the clocks do. */
export function deriveHeatMap(
  history: Pick<HistoryStore, 'sparklines'>,
  targetId: TargetId,
  nowMs: number,
): HeatMap {
  const toMs = Math.floor(nowMs / HOUR_MS) * HOUR_MS;
  const hours = WEEK_HOURS + EARLIER_DAYS * DAY_HOURS;
  const lines = history.sparklines(targetId, { fromMs: toMs - hours * HOUR_MS, toMs }, hours);
  const counted = [...lines]
    .map(([pattern, line]) => ({ pattern, line, lookupCount: lookupsOf(line) }))
    .filter(({ lookupCount }) => lookupCount > 0)
    .sort((a, b) => b.lookupCount - a.lookupCount || (a.pattern < b.pattern ? -1 : 1));
  return {
    fromMs: toMs - WEEK_HOURS * HOUR_MS,
    stepMs: HOUR_MS,
    rows: counted.slice(0, MAX_ROWS).map(({ pattern, line, lookupCount }) => {
      const ratios = line.hits.values.map((hits, hour) => ratioOf(hits, line.misses.values[hour] ?? null));
      return {
        pattern,
        lookupCount,
        hitRatios: ratios.slice(-WEEK_HOURS),
        deviations: ratios.slice(-WEEK_HOURS).map((ratio, hour) => {
          const usual = usualAt(ratios, ratios.length - WEEK_HOURS + hour);
          return ratio === null || usual === null ? null : ratio - usual;
        }),
      };
    }),
    patternCount: counted.length,
  };
}

function lookupsOf({ hits, misses }: { readonly hits: Series; readonly misses: Series }): number {
  const sum = (values: readonly (number | null)[]) =>
    values.slice(-WEEK_HOURS).reduce<number>((all, value) => all + (value ?? 0), 0);
  return sum(hits.values) + sum(misses.values);
}

function ratioOf(hits: number | null, misses: number | null): number | null {
  if (hits === null || misses === null || hits + misses < MIN_LOOKUP_COUNT) return null;
  return hitRatio({ hits, misses });
}

function usualAt(ratios: readonly (number | null)[], hour: number): number | null {
  const known: number[] = [];
  for (let day = 1; day <= EARLIER_DAYS; day += 1) {
    const ratio = ratios[hour - day * DAY_HOURS] ?? null;
    if (ratio !== null) known.push(ratio);
  }
  if (known.length < MIN_EARLIER_DAYS) return null;
  known.sort((a, b) => a - b);
  const low = known[Math.ceil(known.length / 2) - 1] ?? 0;
  const high = known[Math.floor(known.length / 2)] ?? 0;
  return (low + high) / 2;
}
