import { metricNames } from '#shared/metricNames.ts';
import type { HeldMemory } from '#shared/services/serviceInstance.ts';
import type { MetricSample } from '../expositionReader.ts';
import type { TrafficOrigin } from '../metrics/trafficConvention.ts';
import type { InstanceReading, ToldBreaker, ToldFigures } from './instanceReading.ts';
import { parseInvalidation } from './invalidation/parseInvalidation.ts';
import { parseBreakers } from './parseBreakers.ts';

const MS_PER_SECOND = 1_000;

/** What is known of a page besides what stands on it. */
export interface PageOrigin extends TrafficOrigin, Pick<InstanceReading, 'atMs' | 'way' | 'address'> {}

/** A cache of our library on a page. */
interface LibraryCache extends TrafficOrigin {
  /** Value of the label `cache`. */
  readonly cache: string;
}

/**
 * The instances that a page tells of: one for each cache of our library on it; the breakers of others belong to the first.
 * One of others alone where it has breakers and no cache of ours; none where it has neither.
 */
export function parseInstances(
  samples: readonly MetricSample[],
  origin: PageOrigin,
): readonly InstanceReading[] {
  const caches = readCaches(samples, origin);
  const breakers = parseBreakers(samples).map((breaker) => asOurs(breaker, caches));
  const [main] = caches;
  const { atMs, way, address } = origin;
  if (main === undefined) {
    if (breakers.length === 0) return [];
    const { service, instance, version } = origin;
    const nothingOfOurs = { startedAtMs: null, figures: null, invalidation: null };
    return [{ service, instance, version, atMs, way, address, breakers, ...nothingOfOurs }];
  }
  return caches.map(({ cache, service, instance, version }) => ({
    ...{ service, instance, version, atMs, way, address },
    startedAtMs: startOf(samples, cache),
    breakers: breakers.filter((breaker) =>
      breaker.source === 'library' ? isOf(breaker, cache) : cache === main.cache,
    ),
    figures: figuresOf(samples, cache),
    invalidation: parseInvalidation(samples, cache, atMs),
  }));
}

function readCaches(samples: readonly MetricSample[], origin: PageOrigin): readonly LibraryCache[] {
  return samples
    .filter(({ name }) => name === metricNames.info)
    .map(({ labels }) => ({
      cache: labels.get('cache') ?? '',
      service: labels.get('service') ?? origin.service,
      instance: labels.get('instance') ?? origin.instance,
      version: labels.get('version') ?? origin.version,
    }));
}

/** Our breakers have the name of their cache, with an ordinal where a service has several. */
function isOf({ name }: Pick<ToldBreaker, 'name'>, cache: string): boolean {
  return name === cache || (name.startsWith(`${cache}#`) && /^\d+$/.test(name.slice(cache.length + 1)));
}

function asOurs(breaker: ToldBreaker, caches: readonly LibraryCache[]): ToldBreaker {
  const isOurs = breaker.source === 'resilience4j' && caches.some(({ cache }) => isOf(breaker, cache));
  if (!isOurs) return breaker;
  // A counter of ours has no series before it counts.
  return {
    ...breaker,
    source: 'library',
    transitions: breaker.transitions ?? [],
    notPermittedCount: breaker.notPermittedCount ?? 0,
  };
}

function startOf(samples: readonly MetricSample[], cache: string): number | null {
  const seconds = gauge(samples, metricNames.startTime, { cache });
  return seconds === null ? null : seconds * MS_PER_SECOND;
}

function figuresOf(samples: readonly MetricSample[], cache: string): ToldFigures {
  const total = (name: string) =>
    samples.reduce(
      (sum, sample) =>
        sample.name === name && sample.labels.get('cache') === cache ? sum + sample.value : sum,
      0,
    );
  return {
    l1: memoryOf(samples, cache, 'l1'),
    fallback: memoryOf(samples, cache, 'memory'),
    loadsActiveCount: gauge(samples, metricNames.loadsActive, { cache }),
    loadsWaitingCount: gauge(samples, metricNames.loadsWaiting, { cache }),
    shedCount: total(metricNames.shed),
    staleServedCount: total(metricNames.staleServed),
    coalescedCount: total(metricNames.coalesced),
  };
}

function memoryOf(samples: readonly MetricSample[], cache: string, layer: string): HeldMemory | null {
  const entryCount = gauge(samples, metricNames.size, { cache, layer });
  if (entryCount === null) return null;
  return {
    entryCount,
    bytes: gauge(samples, metricNames.sizeBytes, { cache, layer }),
    maxEntries: gauge(samples, metricNames.maxSize, { cache, layer }),
    maxBytes: gauge(samples, metricNames.maxSizeBytes, { cache, layer }),
  };
}

function gauge(
  samples: readonly MetricSample[],
  metricName: string,
  wanted: Readonly<Record<string, string>>,
): number | null {
  const labels = Object.entries(wanted);
  const found = samples.find(
    (sample) =>
      sample.name === metricName && labels.every(([name, value]) => sample.labels.get(name) === value),
  );
  return found === undefined || !Number.isFinite(found.value) ? null : found.value;
}
