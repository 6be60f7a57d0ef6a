import { NO_TRAFFIC } from '#shared/traffic/trafficCounts.ts';
import type { TrafficCounters, TrafficSeries } from './parseTrafficCounters.ts';
import { keyOfIncrement, type TrafficIncrement } from './trafficIncrement.ts';

/** An increment while it is summed: a page has many series of each pattern. */
type Sum = { -readonly [Name in keyof TrafficIncrement]: TrafficIncrement[Name] };

/**
 * What was added between two readings of one page, for every pattern that it lists: one with zeros was measured and idle.
 * A series that is new added all of it; one that was missing for a while (`wasMissing`) added nobody knows when, and is left out.
 * Null when nothing can be said: no reading before, another process answers, a counter fell (the process began anew, and what
 * it counted before is lost), or the page counts no traffic.
 */
export function deriveTraffic(
  previous: TrafficCounters | null,
  current: TrafficCounters,
  wasMissing: (seriesId: string) => boolean = never,
): readonly TrafficIncrement[] | null {
  if (previous === null || previous.process !== current.process) return null;
  if (current.service === null && current.series.size === 0) return null;
  const sums = new Map<string, Sum>();
  for (const [id, series] of current.series) {
    // What the last page says of TTLs is all that is wanted.
    if (series.counted.kind === 'size' || series.counted.kind === 'ttlAtSet') continue;
    const before = previous.series.get(id);
    if (before === undefined && wasMissing(id)) continue;
    const added = series.value - (before?.value ?? 0);
    if (added < 0) return null;
    addTo(sumFor(sums, series), series.counted, added);
  }
  return [...sums.values()];
}

function never(): boolean {
  return false;
}

function sumFor(sums: Map<string, Sum>, series: TrafficSeries): Sum {
  const key = keyOfIncrement(series);
  const found = sums.get(key);
  if (found !== undefined) return found;
  const { pattern, identity, source, service, instance, version } = series;
  const sum: Sum = { ...NO_TRAFFIC, pattern, identity, source, service, instance, version };
  sums.set(key, sum);
  return sum;
}

function addTo(sum: Sum, counted: TrafficSeries['counted'], added: number): void {
  switch (counted.kind) {
    case 'count':
      sum[counted.metric] += added;
      return;
    case 'level': {
      const { hits, misses } = sum.levels[counted.level] ?? { hits: 0, misses: 0 };
      const level = { hits, misses };
      level[counted.metric] += added;
      sum.levels = { ...sum.levels, [counted.level]: level };
      return;
    }
    case 'missReason':
      sum.missReasons = {
        ...sum.missReasons,
        [counted.reason]: (sum.missReasons[counted.reason] ?? 0) + added,
      };
      return;
    case 'size':
    case 'ttlAtSet':
      return;
  }
}
