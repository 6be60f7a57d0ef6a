import { createPatternLearner } from '#shared/keyPattern/patternLearner.ts';
import type { Counted, TrafficConvention } from '../trafficConvention.ts';

const countedOf: ReadonlyMap<string, Counted> = new Map<string, Counted>([
  ['bentocache_hits', { kind: 'count', metric: 'hits' }],
  // Not among the hits: an old value that was served since the source failed.
  ['bentocache_graced_hits', { kind: 'count', metric: 'hits' }],
  ['bentocache_misses', { kind: 'count', metric: 'misses' }],
  ['bentocache_writes', { kind: 'count', metric: 'puts' }],
]);

/** It keeps when a tag was invalidated under such a key, and counts its own look-ups of it. */
const OWN_TAG_KEY = /(?:^|:)___bc:t:/;

/** Never learns, so that a label's pattern depends on nothing but the label. */
const spelling = createPatternLearner();

/**
 * bentocache's plugin for Prometheus, with its default prefix. The label `key` is the group that `keyGroups` gives a key, or
 * the key itself, of which the pattern is taken. Layers are summed: misses do not tell theirs.
 * Source: prometheus_plugin.ts of 0.2.0, run.
 */
export const bentocacheConvention: TrafficConvention = {
  id: 'bentocache',
  isNamed: (metricName) => countedOf.has(metricName),
  query: { metricNames: [...countedOf.keys()].join('|'), labels: ['key'] },
  read: ({ name, labels, value }) => {
    const counted = countedOf.get(name);
    const key = labels.get('key');
    if (counted === undefined || key === undefined || OWN_TAG_KEY.test(key)) return null;
    return { name: spelling.canonical(key), identity: 'pattern', counted, value };
  },
};
