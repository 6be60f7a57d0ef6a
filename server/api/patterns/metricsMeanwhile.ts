import type { HistoryStore, OriginTotals } from '#server/history/historyStore.ts';
import type { LookupCounts } from '#shared/lookups.ts';
import type { MetricsMeanwhile } from '#shared/probe/compareProbe.ts';
import type { ProbeResult } from '#shared/probe/probeResult.ts';
import type { TargetId } from '#shared/target.ts';
import { isInTotals } from '#shared/traffic/trafficSource.ts';

const MINUTE_MS = 60_000;

/** By pattern, what services counted in the minutes that hold the probe's windows; patterns that none did are absent. */
export function metricsMeanwhile(
  history: Pick<HistoryStore, 'trafficOrigins'>,
  targetId: TargetId,
  { windows }: ProbeResult,
): ReadonlyMap<string, MetricsMeanwhile> {
  const [first, last] = [windows[0], windows.at(-1)];
  if (first === undefined || last === undefined) return new Map();
  const span = {
    fromMs: Math.floor(first.fromMs / MINUTE_MS) * MINUTE_MS,
    toMs: Math.ceil(last.toMs / MINUTE_MS) * MINUTE_MS,
  };
  const sums = new Map<string, MetricsMeanwhile>();
  for (const origin of history.trafficOrigins(targetId, span)) {
    if (origin.coveredMs <= 0 || !isInTotals(origin)) continue;
    sums.set(origin.pattern, add(sums.get(origin.pattern), origin));
  }
  return sums;
}

function add(sum: MetricsMeanwhile | undefined, origin: OriginTotals): MetricsMeanwhile {
  // A look-up that memory answered is none that Redis could see.
  const atRedis = origin.levels.l2;
  const { hits, misses }: LookupCounts = atRedis ?? origin;
  return {
    hits: (sum?.hits ?? 0) + hits,
    misses: (sum?.misses ?? 0) + misses,
    lookupsPerSecond: (sum?.lookupsPerSecond ?? 0) + ((hits + misses) * 1_000) / origin.coveredMs,
    coveredMs: Math.max(sum?.coveredMs ?? 0, origin.coveredMs),
    isAtRedis: (sum?.isAtRedis ?? true) && atRedis !== undefined,
  };
}
