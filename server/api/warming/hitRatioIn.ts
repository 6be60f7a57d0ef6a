import type { HistoryStore } from '#server/history/historyStore.ts';
import { known, type Reading, unknown } from '#shared/reading.ts';
import type { TargetId } from '#shared/target.ts';
import type { TimeSpan } from '#shared/timeRange.ts';

/** Fewer look-ups say little of a hit rate: their share is then up to 20 points off. Ours. */
const LEAST_LOOKUPS = 20;

/** The hit rate of some patterns in a span, 0-1, as the services counted it. Unknown without metrics or with few look-ups. */
export function hitRatioIn(
  {
    history,
    targetId,
  }: { readonly history: Pick<HistoryStore, 'trafficTotals'>; readonly targetId: TargetId },
  span: TimeSpan,
  isOfIt: (pattern: string) => boolean,
): Reading<number> {
  let [hits, lookups, isMeasured] = [0, 0, false];
  for (const [pattern, totals] of history.trafficTotals(targetId, span)) {
    if (!isOfIt(pattern)) continue;
    isMeasured = true;
    hits += totals.hits;
    lookups += totals.hits + totals.misses;
  }
  if (!isMeasured) {
    return unknown('notEnoughData', 'No metrics that are kept tell of these patterns at that time.');
  }
  if (lookups < LEAST_LOOKUPS) {
    return unknown('notEnoughData', `Only ${lookups} look-ups were made then; ${LEAST_LOOKUPS} are needed.`);
  }
  return known(hits / lookups, span.toMs, 'metrics of the services');
}
