import type { CacheLevel } from '#shared/traffic/cacheLevel.ts';
import type { MissReason } from '#shared/traffic/missReason.ts';
import type { TrafficIdentity, TrafficSourceId } from '#shared/traffic/trafficSource.ts';
import type { MetricSample } from '../parseExposition.ts';

/**
 * What one series counts. `loadMs` is the time of all loads together, `sumMs` the TTLs of all entries that were stored; a size is how
 * much there is now.
 */
export type Counted =
  | { readonly kind: 'count'; readonly metric: 'hits' | 'misses' | 'loads' | 'loadMs' | 'puts' }
  | { readonly kind: 'level'; readonly level: CacheLevel; readonly metric: 'hits' | 'misses' }
  | { readonly kind: 'missReason'; readonly reason: MissReason }
  | { readonly kind: 'ttlAtSet'; readonly metric: 'entryCount' | 'sumMs' }
  | { readonly kind: 'size'; readonly metric: 'keyCount' | 'bytes' };

/** One series of a metrics page, in our terms. */
export interface CountedSeries {
  /** The key pattern, or what the source names instead of one; the configuration may map a name to a pattern. */
  readonly name: string;
  readonly identity: TrafficIdentity;
  readonly counted: Counted;
  /** As it stands, since the process began; in the unit of what is counted. */
  readonly value: number;
}

/** How one library or exporter spells what it counts. One file a convention. */
export interface TrafficConvention {
  readonly id: TrafficSourceId;
  /** Whether metrics of this name may be of this convention. Must be cheap and depend on nothing else. */
  readonly isNamed: (metricName: string) => boolean;
  /** How to ask a Prometheus server for these series: their names as a regular expression (RE2), and the labels that `read` needs. */
  readonly query: { readonly metricNames: string; readonly labels: readonly string[] };
  /** Null when the sample is not of this convention, or counts nothing that is wanted. */
  readonly read: (sample: MetricSample) => CountedSeries | null;
}

/** The process that a page is of, as far as it is known. */
export interface TrafficOrigin {
  readonly service: string | null;
  readonly instance: string | null;
  readonly version: string | null;
}
