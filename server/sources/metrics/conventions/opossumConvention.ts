import type { TrafficConvention } from '../trafficConvention.ts';

const metricOf: ReadonlyMap<string | undefined, 'hits' | 'misses'> = new Map([
  ['cacheHit', 'hits'],
  ['cacheMiss', 'misses'],
]);

/**
 * The cache of an opossum circuit (`cache: true`), in opossum-prometheus. Calls that wait for one under way
 * (`coalesceCacheHit`) look nothing up. Source: index.js of 0.3.0, run; without a `metricPrefix`.
 */
export const opossumConvention: TrafficConvention = {
  id: 'opossum',
  isNamed: (metricName) => metricName === 'circuit',
  query: { metricNames: 'circuit', labels: ['name', 'event'] },
  read: ({ labels, value }) => {
    const metric = metricOf.get(labels.get('event'));
    const name = labels.get('name');
    if (metric === undefined || name === undefined) return null;
    return { name, identity: 'cacheName', counted: { kind: 'count', metric }, value };
  },
};
