import type { Series } from '#shared/series.ts';
import { invalidationSources } from '#shared/services/invalidationCounts.ts';

/** What is counted of invalidations within a step; the sources are how often each asked for one. */
export const invalidationMetrics = [
  ...invalidationSources,
  ...(['removed', 'sent', 'due', 'received', 'missed', 'repeated', 'flushes'] as const),
  ...(['published', 'applied', 'duplicate', 'failed', 'deadLettered', 'lost', 'lagCount', 'lagMs'] as const),
] as const;

export type InvalidationMetric = (typeof invalidationMetrics)[number];

/**
 * What the instances of one service added within one step of 10 s. Null = not told. `sent` to `repeated` are messages between
 * instances, `due` those that others sent, for each instance that has to hear them; what follows `flushes` is of declared events, whose lags are in a count for each bound of `LAG_BOUNDS_SECONDS` and one above.
 */
export interface InvalidationPoint extends Readonly<Record<InvalidationMetric, number | null>> {
  /** Empty = nothing says. */
  readonly service: string;
  /** Null = nobody told more than the mean. */
  readonly lagBuckets: readonly number[] | null;
}

/** Series of one service, or of all together, on one grid; see `CoveredSeries`. */
export interface InvalidationSeries extends Readonly<Record<InvalidationMetric | 'coveredMs', Series>> {
  readonly lagBuckets: readonly Series[];
}
