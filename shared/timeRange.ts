/** Spans that end now, by the name that stands in the URL. */
export const RELATIVE_RANGES_MS = {
  '15m': 15 * 60_000,
  '1h': 3_600_000,
  '6h': 6 * 3_600_000,
  '24h': 24 * 3_600_000,
  '7d': 7 * 24 * 3_600_000,
  '30d': 30 * 24 * 3_600_000,
} as const;

export type RelativeRange = keyof typeof RELATIVE_RANGES_MS;

/** What "before" means: the span just before the range, or the same span a day or a week earlier. */
export type Compare = 'none' | 'before' | 'yesterday' | 'lastWeek';

/** A span that ends now, or fixed bounds (epoch ms) as a shared link carries them. */
export type TimeRange = { last: RelativeRange } | { fromMs: number; toMs: number };

/** Bounds in epoch ms; `fromMs` inclusive, `toMs` exclusive. */
export interface TimeSpan {
  readonly fromMs: number;
  readonly toMs: number;
}

export function timeSpan(range: TimeRange, nowMs: number): TimeSpan {
  if ('last' in range) return { fromMs: nowMs - RELATIVE_RANGES_MS[range.last], toMs: nowMs };
  return range;
}

/** The span to compare with; null when nothing is compared. */
export function compareSpan(span: TimeSpan, compare: Compare): TimeSpan | null {
  const shiftMs = {
    none: 0,
    before: span.toMs - span.fromMs,
    yesterday: RELATIVE_RANGES_MS['24h'],
    lastWeek: RELATIVE_RANGES_MS['7d'],
  }[compare];
  return shiftMs === 0 ? null : { fromMs: span.fromMs - shiftMs, toMs: span.toMs - shiftMs };
}
