import type { Counted, TrafficConvention } from '../trafficConvention.ts';

const countedOf: ReadonlyMap<string, Counted> = new Map<string, Counted>([
  ['cache_hit', { kind: 'count', metric: 'hits' }],
  ['cache_miss', { kind: 'count', metric: 'misses' }],
  ['cache_set', { kind: 'count', metric: 'puts' }],
  ['factory_success', { kind: 'count', metric: 'loads' }],
  ['factory_error', { kind: 'count', metric: 'loads' }],
  ['memory_hit', { kind: 'level', level: 'l1', metric: 'hits' }],
  ['memory_miss', { kind: 'level', level: 'l1', metric: 'misses' }],
  ['distributed_hit', { kind: 'level', level: 'l2', metric: 'hits' }],
  ['distributed_miss', { kind: 'level', level: 'l2', metric: 'misses' }],
]);

/** Prometheus 3 may keep OpenTelemetry's dots, and an exporter may be told to add no suffix. */
const NAME = /^fusioncache[._]([a-z]+)[._]([a-z]+)(?:_total)?$/;

/**
 * FusionCache through OpenTelemetry. A stale value that was served is a hit, as FusionCache counts it. Levels are there when
 * the meters of memory and distributed cache are enabled. It tells no times, sizes or keys (on purpose).
 * Source: FusionCache's Metrics.cs and Tags.cs.
 */
export const fusionCacheConvention: TrafficConvention = {
  id: 'fusioncache',
  isNamed: (metricName) => NAME.test(metricName),
  query: {
    metricNames: `fusioncache[._](${[...countedOf.keys()].map((name) => name.replace('_', '[._]')).join('|')})(_total)?`,
    labels: ['fusioncache_cache_name'],
  },
  read: ({ name, labels, value }) => {
    const [, meter, event] = NAME.exec(name) ?? [];
    const counted = countedOf.get(`${meter}_${event}`);
    const cacheName = labels.get('fusioncache_cache_name') ?? labels.get('fusioncache.cache.name');
    if (counted === undefined || cacheName === undefined) return null;
    return { name: cacheName, identity: 'cacheName', counted, value };
  },
};
