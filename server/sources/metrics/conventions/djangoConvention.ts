import type { TrafficConvention } from '../trafficConvention.ts';

/** With `PROMETHEUS_METRIC_NAMESPACE` before it, where that is set. */
const NAME = /(?:^|_)django_cache_get_(hits|misses)_total$/;

/**
 * django-prometheus. It tells the kind of backend (`redis`), not which of several caches. A `get` that fails is neither.
 * Source: cache/metrics.py of 2.2, run.
 */
export const djangoConvention: TrafficConvention = {
  id: 'django',
  isNamed: (metricName) => NAME.test(metricName),
  query: { metricNames: '(.*_)?django_cache_get_(hits|misses)_total', labels: ['backend'] },
  read: ({ name, labels, value }) => {
    const metric = NAME.exec(name)?.[1] === 'hits' ? 'hits' : 'misses';
    const backend = labels.get('backend');
    if (backend === undefined) return null;
    return { name: `django/${backend}`, identity: 'cacheName', counted: { kind: 'count', metric }, value };
  },
};
