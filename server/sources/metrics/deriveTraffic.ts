import { NO_TRAFFIC, type TrafficCounts } from '#shared/traffic/trafficCounts.ts';
import type { TrafficCounters, TrafficSeries } from './parseTrafficCounters.ts';
import { mergeIncrements, type TrafficIncrement } from './trafficIncrement.ts';

/**
 * What was added between two readings of one page, for every pattern that it lists: one with zeros was measured and idle.
 * A series that is new added all of it. Null when nothing can be said: no reading before, another process answers, a
 * counter fell (the process began anew, and what it counted before is lost), or the page counts no traffic.
 */
export function deriveTraffic(
  previous: TrafficCounters | null,
  current: TrafficCounters,
): readonly TrafficIncrement[] | null {
  if (previous === null || previous.process !== current.process) return null;
  if (current.service === null && current.series.size === 0) return null;
  const increments: TrafficIncrement[] = [];
  for (const [id, series] of current.series) {
    if (series.counted.kind === 'size') continue;
    const added = series.value - (previous.series.get(id)?.value ?? 0);
    if (added < 0) return null;
    const { pattern, identity, source, service, instance, version } = series;
    increments.push({
      ...countsOf(series.counted, added),
      pattern,
      identity,
      source,
      service,
      instance,
      version,
    });
  }
  return mergeIncrements(increments);
}

function countsOf(counted: TrafficSeries['counted'], added: number): TrafficCounts {
  switch (counted.kind) {
    case 'count':
      return { ...NO_TRAFFIC, [counted.metric]: added };
    case 'level': {
      const { level, metric } = counted;
      return { ...NO_TRAFFIC, levels: { [level]: { hits: 0, misses: 0, [metric]: added } } };
    }
    case 'missReason':
      return { ...NO_TRAFFIC, missReasons: { [counted.reason]: added } };
    case 'size':
      return NO_TRAFFIC;
  }
}
