import { metricNames } from '#shared/metricNames.ts';
import type { TrafficIdentity, TrafficSourceId } from '#shared/traffic/trafficSource.ts';
import type { MetricSample } from '../parseExposition.ts';
import type { Counted, CountedSeries, TrafficConvention, TrafficOrigin } from './trafficConvention.ts';
import { trafficConventions } from './trafficConventions.ts';

/** What one series of a page counts, as it stands (cumulative; a size is as it is now). */
export interface TrafficSeries extends TrafficOrigin {
  readonly pattern: string;
  readonly identity: TrafficIdentity;
  readonly source: TrafficSourceId;
  readonly counted: Counted;
  readonly value: number;
}

/** The traffic counters of one page. */
export interface TrafficCounters extends TrafficOrigin {
  /** Changes when another process answers, as far as the page tells. */
  readonly process: string;
  /** By name and labels, so that each series can be compared with itself. */
  readonly series: ReadonlyMap<string, TrafficSeries>;
}

export interface ParseTrafficOptions {
  /** What is known of the process besides its page, such as the labels of the target; the page itself is believed more. */
  readonly origin?: TrafficOrigin;
  /** Cache names of others to the key patterns they stand for. */
  readonly patterns?: ReadonlyMap<string, string>;
  readonly conventions?: readonly TrafficConvention[];
  /** The source to show instead of the convention's, for counts that somebody passes on. */
  readonly source?: TrafficSourceId;
}

/** Most series of one page that count traffic; a label without bounds must not fill the memory. */
const MAX_TRAFFIC_SERIES = 10_000;

const unknownOrigin: TrafficOrigin = { service: null, instance: null, version: null };

/** Not ours alone: nearly every client library of Prometheus exports it. */
export const PROCESS_START = 'process_start_time_seconds';

/** Traffic of a page by key pattern, in whichever convention it is written. Values that no counter can have are left out. */
export function parseTrafficCounters(
  samples: readonly MetricSample[],
  options: ParseTrafficOptions = {},
): TrafficCounters {
  const conventionsOf = byMetricName(options.conventions ?? trafficConventions);
  const { main, byCache } = readOrigins(samples, options.origin ?? unknownOrigin);
  const series = new Map<string, TrafficSeries>();
  let startedAt = '';
  for (const sample of samples) {
    if (sample.name === PROCESS_START) startedAt ||= String(sample.value);
    const claimed = claim(sample, conventionsOf(sample.name));
    if (claimed === null || !Number.isFinite(claimed.value) || claimed.value < 0) continue;
    if (series.size >= MAX_TRAFFIC_SERIES) break;
    const { name, identity, counted, value, source } = claimed;
    // The families of our library are declared in code; a group that others name may be of any spelling.
    const mapped = source === 'library' ? undefined : options.patterns?.get(name);
    series.set(seriesId(sample), {
      ...(byCache.get(sample.labels.get('cache') ?? '') ?? main),
      pattern: mapped ?? name,
      identity: mapped === undefined ? identity : 'pattern',
      source: options.source ?? source,
      counted,
      value,
    });
  }
  return { ...main, process: JSON.stringify([main.service, main.instance, startedAt]), series };
}

function byMetricName(conventions: readonly TrafficConvention[]) {
  const found = new Map<string, readonly TrafficConvention[]>();
  return (metricName: string): readonly TrafficConvention[] => {
    let named = found.get(metricName);
    if (named === undefined) {
      named = conventions.filter(({ isNamed }) => isNamed(metricName));
      found.set(metricName, named);
    }
    return named;
  };
}

function claim(
  sample: MetricSample,
  conventions: readonly TrafficConvention[],
): (CountedSeries & { source: TrafficSourceId }) | null {
  for (const { id, read } of conventions) {
    const series = read(sample);
    if (series !== null) return { ...series, source: id };
  }
  return null;
}

/** Our library says which process a page is of; a process with several caches has a line for each. */
function readOrigins(
  samples: readonly MetricSample[],
  given: TrafficOrigin,
): { readonly main: TrafficOrigin; readonly byCache: ReadonlyMap<string, TrafficOrigin> } {
  const infos = samples.filter(({ name }) => name === metricNames.info);
  const origins = infos.map(({ labels }): readonly [string, TrafficOrigin] => [
    labels.get('cache') ?? '',
    {
      service: labels.get('service') ?? given.service,
      instance: labels.get('instance') ?? given.instance,
      version: labels.get('version') ?? given.version,
    },
  ]);
  return { main: origins[0]?.[1] ?? given, byCache: new Map(origins) };
}

function seriesId({ name, labels }: MetricSample): string {
  // With the length of each value, so that no two series share an id.
  let id = name;
  for (const label of [...labels.keys()].sort()) {
    const value = labels.get(label) ?? '';
    id += ` ${label}=${value.length}:${value}`;
  }
  return id;
}
