import type { TrafficCounts } from './trafficCounts.ts';
import type { TrafficSourceId } from './trafficSource.ts';

/** What one process, as one source tells it, counted of a pattern. Null = the source does not say. */
export interface TrafficPart extends TrafficCounts {
  readonly service: string | null;
  readonly instance: string | null;
  readonly version: string | null;
  readonly source: TrafficSourceId;
  /** Time over which it was counted, ms; a rate is count / coveredMs. */
  readonly coveredMs: number;
}

/** Counts that are not in a pattern's numbers, as `countedBy` counts the same look-ups and is believed more. */
export interface NotAdded {
  readonly source: TrafficSourceId;
  readonly service: string | null;
  readonly countedBy: TrafficSourceId;
}
