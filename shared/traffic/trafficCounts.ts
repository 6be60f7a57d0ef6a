import type { LookupCounts } from '#shared/lookups.ts';
import { type CacheLevel, cacheLevels } from './cacheLevel.ts';
import { type MissReason, missReasons } from './missReason.ts';

/** What was counted of a pattern's traffic in some span. */
export interface TrafficCounts extends LookupCounts {
  /** Loads from the source that ended, and the time they took in all. */
  readonly loads: number;
  readonly loadMs: number;
  readonly puts: number;
  /** Look-ups by level; one that nobody tells apart is absent. */
  readonly levels: Readonly<Partial<Record<CacheLevel, LookupCounts>>>;
  /** Misses by reason; one that nobody tells is absent. */
  readonly missReasons: Readonly<Partial<Record<MissReason, number>>>;
}

export const NO_TRAFFIC: TrafficCounts = {
  hits: 0,
  misses: 0,
  loads: 0,
  loadMs: 0,
  puts: 0,
  levels: {},
  missReasons: {},
};

export function addTraffic(a: TrafficCounts, b: TrafficCounts): TrafficCounts {
  return {
    hits: a.hits + b.hits,
    misses: a.misses + b.misses,
    loads: a.loads + b.loads,
    loadMs: a.loadMs + b.loadMs,
    puts: a.puts + b.puts,
    levels: addLevels(a.levels, b.levels),
    missReasons: addReasons(a.missReasons, b.missReasons),
  };
}

function addLevels(a: TrafficCounts['levels'], b: TrafficCounts['levels']): TrafficCounts['levels'] {
  if (b === NO_TRAFFIC.levels) return a;
  if (a === NO_TRAFFIC.levels) return b;
  const sum: Partial<Record<CacheLevel, LookupCounts>> = {};
  for (const level of cacheLevels) {
    const [one, other] = [a[level], b[level]];
    if (one === undefined && other === undefined) continue;
    sum[level] = {
      hits: (one?.hits ?? 0) + (other?.hits ?? 0),
      misses: (one?.misses ?? 0) + (other?.misses ?? 0),
    };
  }
  return sum;
}

function addReasons(
  a: TrafficCounts['missReasons'],
  b: TrafficCounts['missReasons'],
): TrafficCounts['missReasons'] {
  if (b === NO_TRAFFIC.missReasons) return a;
  if (a === NO_TRAFFIC.missReasons) return b;
  const sum: Partial<Record<MissReason, number>> = {};
  for (const reason of missReasons) {
    const [one, other] = [a[reason], b[reason]];
    if (one !== undefined || other !== undefined) sum[reason] = (one ?? 0) + (other ?? 0);
  }
  return sum;
}
