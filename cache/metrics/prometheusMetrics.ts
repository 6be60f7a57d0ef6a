import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import { metricNames } from '#shared/metricNames.ts';
import { TTL_BOUNDS_SECONDS } from '#shared/ttlHistogram.ts';
import type { CacheEvents } from './cacheEvents.ts';

export interface MetricsIdentity {
  readonly service: string;
  readonly instance: string;
  readonly version: string;
}

/** Upper bounds of load times, seconds: from a look-up in memory to a source that hangs. */
const LOAD_BOUNDS_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/**
 * Counts the events of one cache under the names of shared/metricNames.ts. Neither keys nor tags are labels: each would be
 * a series. Several caches may share a registry; the label `cache` tells them apart.
 */
export function recordMetrics(events: CacheEvents, registry: Registry, identity: MetricsIdentity): void {
  const { service, instance, version } = identity;
  const cache = service;
  recordLookups(events, registry, cache);
  recordLoads(events, registry, cache);
  recordRemovals(events, registry, cache);
  const errors = counter(registry, metricNames.errors, {
    help: 'Fallbacks that callers did not see.',
    labels: ['operation', 'code'],
  });
  events.on('fallback', ({ operation, code }) => errors.inc({ cache, operation, code }));
  gauge(registry, metricNames.info, 'Who exports these metrics; always 1.').set(
    { service, instance, version },
    1,
  );
}

function recordLookups(events: CacheEvents, registry: Registry, cache: string): void {
  const gets = counter(registry, metricNames.gets, {
    help: 'Look-ups of callers by outcome.',
    labels: ['key_pattern', 'result'],
  });
  events.on('lookup', ({ pattern, result }) => gets.inc({ cache, key_pattern: pattern, result }));
  const layerGets = counter(registry, metricNames.layerGets, {
    help: 'Look-ups of one layer.',
    labels: ['layer', 'result'],
  });
  events.on('layerLookup', ({ layer, result }) => layerGets.inc({ cache, layer, result }));
  const coalesced = counter(registry, metricNames.coalesced, {
    help: 'Calls that waited for the load of another.',
    labels: ['key_pattern'],
  });
  events.on('coalesced', ({ pattern }) => coalesced.inc({ cache, key_pattern: pattern }));
}

function recordLoads(events: CacheEvents, registry: Registry, cache: string): void {
  const loads = histogram(registry, metricNames.loadDuration, {
    help: 'Time of loads from the source, seconds.',
    labels: ['key_pattern', 'result'],
    buckets: LOAD_BOUNDS_SECONDS,
  });
  events.on('loaded', ({ pattern, result, durationMs }) => {
    loads.observe({ cache, key_pattern: pattern, result }, durationMs / 1_000);
  });
  const puts = counter(registry, metricNames.puts, { help: 'Entries stored.', labels: ['key_pattern'] });
  const ttls = histogram(registry, metricNames.ttlAtSet, {
    help: 'TTL given to entries when they were stored, jitter included, seconds.',
    labels: ['key_pattern'],
    buckets: [...TTL_BOUNDS_SECONDS],
  });
  events.on('stored', ({ pattern, ttlSeconds }) => {
    puts.inc({ cache, key_pattern: pattern });
    ttls.observe({ cache, key_pattern: pattern }, ttlSeconds);
  });
}

function recordRemovals(events: CacheEvents, registry: Registry, cache: string): void {
  const removals = counter(registry, metricNames.removals, {
    help: 'Entries removed on purpose.',
    labels: ['key_pattern', 'source'],
  });
  events.on('removed', ({ pattern, source, count }) =>
    removals.inc({ cache, key_pattern: pattern, source }, count),
  );
  const invalidations = counter(registry, metricNames.invalidations, {
    help: 'Invalidations by what asked.',
    labels: ['source'],
  });
  events.on('invalidated', ({ source }) => invalidations.inc({ cache, source }));
}

interface MetricShape {
  readonly help: string;
  readonly labels: readonly string[];
}

function counter(registry: Registry, name: string, { help, labels }: MetricShape): Counter {
  const existing = registry.getSingleMetric(name);
  if (existing instanceof Counter) return existing;
  return new Counter({ name, help, labelNames: ['cache', ...labels], registers: [registry] });
}

function gauge(registry: Registry, name: string, help: string): Gauge {
  const existing = registry.getSingleMetric(name);
  if (existing instanceof Gauge) return existing;
  return new Gauge({ name, help, labelNames: ['service', 'instance', 'version'], registers: [registry] });
}

interface HistogramShape extends MetricShape {
  readonly buckets: number[];
}

function histogram(registry: Registry, name: string, shape: HistogramShape): Histogram {
  const existing = registry.getSingleMetric(name);
  if (existing instanceof Histogram) return existing;
  return new Histogram({
    name,
    help: shape.help,
    labelNames: ['cache', ...shape.labels],
    buckets: shape.buckets,
    registers: [registry],
  });
}
