import type { TrafficConvention } from '../trafficConvention.ts';

const metricOf: ReadonlyMap<string | undefined, 'hits' | 'misses' | 'puts'> = new Map([
  ['hit_count', 'hits'],
  ['miss_count', 'misses'],
  ['set_success', 'puts'],
]);

/** Its options may put another namespace before the metric's name, and one before the names of its labels. */
const NAME = /(?:^|_)collector$/;
const PREFIXED_LABEL = /^(?:.*_)?(service|store|metric)$/;

/**
 * gocache for Go, which counts in a gauge. A row is named `service/store`, since the store is only its kind (`redis`) and the
 * service what the program calls itself. Source: lib/metrics/prometheus.go of v4.
 */
export const gocacheConvention: TrafficConvention = {
  id: 'gocache',
  isNamed: (metricName) => NAME.test(metricName),
  query: { metricNames: '(.*_)?collector', labels: ['service', 'store', 'metric'] },
  read: ({ labels, value }) => {
    const own = new Map([...labels].map(([name, text]) => [PREFIXED_LABEL.exec(name)?.[1] ?? '', text]));
    const metric = metricOf.get(own.get('metric'));
    const [service, store] = [own.get('service'), own.get('store')];
    if (metric === undefined || service === undefined || store === undefined) return null;
    return {
      name: `${service}/${store}`,
      identity: 'cacheName',
      counted: { kind: 'count', metric },
      value,
    };
  },
};
