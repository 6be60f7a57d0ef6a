import type { HistoryStore, TrafficTotals } from '#server/history/historyStore.ts';
import type { TargetId } from '#shared/target.ts';
import type { TimeSpan } from '#shared/timeRange.ts';
import { deriveDifferences, type PatternDifference } from './deriveDifferences.ts';

/** Patterns of one span of time against another, and which spans those are. */
export interface Differences {
  readonly patterns: readonly PatternDifference[];
  readonly over: TimeSpan;
  /** The span that is compared with or, where nothing was measured in it, the older half of what was in this one. */
  readonly against: 'spanBefore' | 'thisSpan';
}

/**
 * What counts as now in a range that ends now: over a whole hour, what began two minutes ago is hardly seen. Ours: twelve
 * steps of 10 s.
 */
const RECENT_MS = 120_000;

/** Less than this of the time before says nothing of what is usual. Ours. */
const MIN_EARLIER_MS = 120_000;

export interface DifferencesInput {
  readonly history: Pick<HistoryStore, 'trafficTotals'>;
  readonly targetId: TargetId;
  readonly span: TimeSpan;
  /** Null = nothing is compared. */
  readonly before: TimeSpan | null;
  /** The range ends now, and moves on. */
  readonly isLive: boolean;
  readonly servicesOf: (pattern: string) => readonly string[];
}

/** Null when nothing is compared, or nothing was measured to compare with. */
export function recentDifferences(input: DifferencesInput): Differences | null {
  const { history, targetId, span, before, isLive, servicesOf } = input;
  if (before === null) return null;
  const over = isLive ? { fromMs: Math.max(span.fromMs, span.toMs - RECENT_MS), toMs: span.toMs } : span;
  const now = history.trafficTotals(targetId, over);
  const past = history.trafficTotals(targetId, before);
  if (coveredMs(past) > 0)
    return { patterns: deriveDifferences(now, past, servicesOf), over, against: 'spanBefore' };
  if (!isLive || over.fromMs <= span.fromMs) return null;
  const measuredMs = coveredMs(history.trafficTotals(targetId, { fromMs: span.fromMs, toMs: over.fromMs }));
  if (measuredMs < MIN_EARLIER_MS) return null;
  // The older half: what began a few minutes ago is not usual yet.
  const earlier = history.trafficTotals(targetId, {
    fromMs: span.fromMs,
    toMs: over.fromMs - Math.round(measuredMs / 2),
  });
  return { patterns: deriveDifferences(now, earlier, servicesOf), over, against: 'thisSpan' };
}

/** The longest that any pattern was measured. */
function coveredMs(totals: ReadonlyMap<string, TrafficTotals>): number {
  return Math.max(0, ...[...totals.values()].map((total) => total.coveredMs));
}
