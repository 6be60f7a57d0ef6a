import { metricNames, OTHER_PATTERN } from '#shared/metricNames.ts';
import type { MetricSample } from '../parseExposition.ts';

type CountName = 'hits' | 'misses' | 'loads' | 'loadMs' | 'puts';

/** What one series of a page counts for a pattern, as it stands (cumulative). */
export interface TrafficSeries {
  readonly pattern: string;
  readonly counts: CountName;
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

const MS_PER_SECOND = 1_000;

/**
 * Traffic of a page by key pattern. Series without a pattern count for `other`; look-ups with a result besides hit and
 * miss (Micrometer's `pending`) are left out, as their outcome is counted once they have one.
 */
export function parseTrafficCounters(samples: readonly MetricSample[]): TrafficCounters {
  const series = new Map<string, TrafficSeries>();
  let service: string | null = null;
  let instance: string | null = null;
  for (const sample of samples) {
    if (sample.name === metricNames.info) {
      service ??= sample.labels.get('service') ?? null;
      instance ??= sample.labels.get('instance') ?? null;
      continue;
    }
    const counts = countsOf(sample);
    if (counts === null || !Number.isFinite(sample.value) || sample.value < 0) continue;
    const value = counts === 'loadMs' ? sample.value * MS_PER_SECOND : sample.value;
    const pattern = sample.labels.get('key_pattern') ?? OTHER_PATTERN;
    series.set(seriesId(sample), { pattern, counts, value });
  }
  return { service, instance, series };
}

function countsOf(sample: MetricSample): CountName | null {
  switch (sample.name) {
    case metricNames.gets: {
      const result = sample.labels.get('result');
      if (result === 'hit') return 'hits';
      return result === 'miss' ? 'misses' : null;
    }
    case metricNames.puts:
      return 'puts';
    case `${metricNames.loadDuration}_count`:
      return 'loads';
    case `${metricNames.loadDuration}_sum`:
      return 'loadMs';
    default:
      return null;
  }
}

function seriesId({ name, labels }: MetricSample): string {
  return JSON.stringify([name, ...[...labels].sort(([a], [b]) => (a < b ? -1 : 1))]);
}

/**
 * What was added between two scrapes of one address, for every pattern that the page lists: one with zeros was measured
 * and idle. A series that fell began anew and added what it shows; a series that is new added all of it. Null when
 * nothing can be said: no scrape before, another process answers, or the page is not that of a service with caches.
 */
export function derivePatternTraffic(
  previous: TrafficCounters | null,
  current: TrafficCounters,
): readonly TrafficIncrement[] | null {
  if (previous === null || previous.service !== current.service || previous.instance !== current.instance) {
    return null;
  }
  if (current.service === null && current.series.size === 0) return null;
  const increments = new Map<string, Record<CountName, number>>();
  for (const [id, { pattern, counts, value }] of current.series) {
    const before = previous.series.get(id)?.value ?? 0;
    const sums = increments.get(pattern) ?? { hits: 0, misses: 0, loads: 0, loadMs: 0, puts: 0 };
    sums[counts] += value >= before ? value - before : value;
    increments.set(pattern, sums);
  }
  return [...increments].map(([pattern, sums]) => ({ pattern, ...sums }));
}
