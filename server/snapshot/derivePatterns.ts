import { type Known, known, type Reading, type Unknown, unknown } from '#shared/reading.ts';
import type {
  MetricsSource,
  PatternSample,
  PatternSnapshot,
  PatternTraffic,
  ToldSize,
} from '#shared/snapshot.ts';
import { trafficIdentityWords, trafficSourceWords } from '#shared/traffic/trafficSource.ts';
import type { RecentTraffic, ReportedPattern } from './trafficWatch.ts';

export interface PatternParts {
  readonly samples: ReadonlyMap<string, PatternSample>;
  /** When the sample was taken; null before the first. */
  readonly sampledAtMs: number | null;
  readonly sampledCount: number;
  /** Why there is no sample, when there is none. */
  readonly whyNoSample: Unknown;
  readonly traffic: ReadonlyMap<string, RecentTraffic>;
  readonly reported: ReadonlyMap<string, ReportedPattern>;
  readonly toldSizes: ReadonlyMap<string, Known<ToldSize>>;
  readonly sources: readonly MetricsSource[];
}

/**
 * One entry for each pattern that the sample or the services' metrics know. Groups of keys that only metrics tell the size of have one
 * while there is no sample: beside it, they would mostly be its patterns under other names.
 */
export function derivePatterns(parts: PatternParts): readonly PatternSnapshot[] {
  const sized = parts.sampledAtMs === null ? parts.toldSizes.keys() : [];
  const names = new Set([...parts.samples.keys(), ...parts.reported.keys(), ...sized]);
  return [...names].map((pattern) => ({
    pattern,
    identity: parts.reported.get(pattern)?.identity ?? 'pattern',
    isDeclared: parts.reported.has(pattern),
    traffic: trafficOf(pattern, parts),
    sample: sampleOf(pattern, parts),
    toldSize: parts.toldSizes.get(pattern) ?? null,
  }));
}

function trafficOf(pattern: string, parts: PatternParts): Reading<PatternTraffic> {
  const traffic = parts.traffic.get(pattern);
  if (traffic === undefined) return whyNoTraffic(pattern, parts);
  const { atMs, ...value } = traffic;
  const services = value.services.length > 0 ? `metrics of ${value.services.join(', ')}` : 'metrics';
  const from = `${services} (${value.sources.map((source) => trafficSourceWords[source]).join(', ')})`;
  return known(value, atMs, from);
}

/** Redis itself does not count look-ups by key, so without a service that does, they are not known. */
function whyNoTraffic(pattern: string, { reported, sources }: PatternParts): Unknown {
  if (sources.length === 0) {
    return unknown(
      'notConfigured',
      'Redis does not count look-ups by key, and no service exports them here. Start with --metrics URL for services that do; cachescope/cache exports them.',
    );
  }
  const source = reported.get(pattern)?.source;
  if (source?.state === 'down') return unknown('failed', `${source.url} does not answer: ${source.detail}`);
  if (source !== undefined)
    return unknown('pending', 'Two scrapes are needed; the second follows within seconds.');
  const failing = sources.filter(({ state }) => state === 'down');
  if (failing.length > 0) {
    return unknown(
      'failed',
      `${failing.map(({ url }) => url).join(', ')} does not answer; it may know this pattern.`,
    );
  }
  if (sources.some(({ state }) => state === 'pending'))
    return unknown('pending', 'Metrics are not read yet.');
  return unknown('notSupported', 'None of the scraped services counts look-ups of this pattern.');
}

function sampleOf(pattern: string, parts: PatternParts): Reading<PatternSample> {
  const identity = parts.reported.get(pattern)?.identity ?? 'pattern';
  if (identity !== 'pattern' && !parts.samples.has(pattern)) {
    return unknown(
      'notConfigured',
      `${pattern} is a name (${trafficIdentityWords[identity]}). Say --metric-patterns '${pattern}=PATTERN' to see its keys in the same row.`,
    );
  }
  if (parts.sampledAtMs === null) return parts.whyNoSample;
  const sample = parts.samples.get(pattern);
  if (sample === undefined) return unknown('notEnoughData', 'No key of this pattern is in the last sample.');
  return known(sample, parts.sampledAtMs, `sample of ${parts.sampledCount.toLocaleString('en')} keys`);
}
