import type { MetricSample } from '../scrapeMetrics.ts';

/** What one series of a page counts for a pattern, as it stands (cumulative). */
export interface TrafficSeries {
  readonly pattern: string;
  readonly counts: 'hits' | 'misses' | 'loads' | 'loadMs' | 'puts';
  readonly value: number;
}

/** The traffic counters of one page of our library. */
export interface TrafficCounters {
  /** From `cache_client_info`; null when the page does not say. */
  readonly service: string | null;
  readonly instance: string | null;
  /** By name and labels, so that each series can be compared with itself. */
  readonly series: ReadonlyMap<string, TrafficSeries>;
}

/** Counts that a pattern's traffic added between two scrapes. */
export interface TrafficIncrement {
  readonly pattern: string;
  readonly hits: number;
  readonly misses: number;
  readonly loads: number;
  readonly loadMs: number;
  readonly puts: number;
}

export function parseTrafficCounters(_samples: readonly MetricSample[]): TrafficCounters {
  throw new Error('not built yet');
}

/** Null when nothing can be said: no scrape before, or another process answers at the address. */
export function derivePatternTraffic(
  _previous: TrafficCounters | null,
  _current: TrafficCounters,
): readonly TrafficIncrement[] | null {
  throw new Error('not built yet');
}
