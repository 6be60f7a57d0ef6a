import { addTraffic, type TrafficCounts } from '#shared/traffic/trafficCounts.ts';
import type { TrafficIdentity, TrafficSourceId } from '#shared/traffic/trafficSource.ts';
import type { TrafficOrigin } from './trafficConvention.ts';

/** Counts that a pattern's traffic added between two readings of one source, in one process. */
export interface TrafficIncrement extends TrafficCounts, TrafficOrigin {
  readonly pattern: string;
  readonly identity: TrafficIdentity;
  readonly source: TrafficSourceId;
}

/** What is counted apart. */
export function keyOfIncrement(
  one: TrafficOrigin & Pick<TrafficIncrement, 'pattern' | 'identity' | 'source'>,
): string {
  const { pattern, identity, source, service, instance, version } = one;
  return `${source}\n${identity}\n${service ?? ''}\n${instance ?? ''}\n${version ?? ''}\n${pattern}`;
}

/** The same increments, with one for each pattern, source and process. */
export function mergeIncrements(increments: readonly TrafficIncrement[]): readonly TrafficIncrement[] {
  const merged = new Map<string, TrafficIncrement>();
  for (const increment of increments) {
    const key = keyOfIncrement(increment);
    const sum = merged.get(key);
    merged.set(key, sum === undefined ? increment : { ...increment, ...addTraffic(sum, increment) });
  }
  return [...merged.values()];
}
