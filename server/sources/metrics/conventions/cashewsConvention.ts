import { createPatternLearner } from '#shared/keyPattern/patternLearner.ts';
import { lookupResult } from '../lookupResult.ts';
import type { TrafficConvention } from '../trafficConvention.ts';

/** Never learns, so that a label's form depends on nothing but the label. */
const spelling = createPatternLearner();

/**
 * cashews for Python. With `with_tag=True` a row is the first tag of the key, ids taken out; without, the kind of backend.
 * Only GET is counted. Source: contrib/prometheus.py (the Python client appends `_total`).
 */
export const cashewsConvention: TrafficConvention = {
  id: 'cashews',
  isNamed: (metricName) => metricName === 'cashews_get_operation_total',
  query: { metricNames: 'cashews_get_operation_total', labels: ['backend_class', 'result', 'tag'] },
  read: ({ labels, value }) => {
    const metric = lookupResult(labels.get('result'));
    // An empty label is no label, and Prometheus drops it.
    const tag = labels.get('tag') ?? '';
    const backend = labels.get('backend_class') ?? '';
    if (metric === null || (tag === '' && backend === '')) return null;
    return {
      name: tag === '' ? `cashews/${backend}` : spelling.canonical(tag),
      identity: 'cacheName',
      counted: { kind: 'count', metric },
      value,
    };
  },
};
