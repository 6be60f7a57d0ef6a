import { WHOLE_REDIS } from '#shared/traffic/trafficSource.ts';
import type { CountedSeries, TrafficConvention } from '../trafficConvention.ts';

type Read = Omit<CountedSeries, 'value'>;

const wholeRedis: ReadonlyMap<string, Read> = new Map<string, Read>([
  [
    'redis_keyspace_hits_total',
    { name: WHOLE_REDIS, identity: 'instance', counted: { kind: 'count', metric: 'hits' } },
  ],
  [
    'redis_keyspace_misses_total',
    { name: WHOLE_REDIS, identity: 'instance', counted: { kind: 'count', metric: 'misses' } },
  ],
]);

const sizeOf: ReadonlyMap<string, 'keyCount' | 'bytes'> = new Map([
  ['redis_key_group_count', 'keyCount'],
  ['redis_key_group_memory_usage_bytes', 'bytes'],
]);

/**
 * redis_exporter: look-ups of one whole Redis, of every client and our own too, and the sizes of key groups
 * (`--check-key-groups`). Nothing tells the look-ups of a group. Source: exporter.go; 1.45, run.
 */
export const redisExporterConvention: TrafficConvention = {
  id: 'redisExporter',
  isNamed: (metricName) => wholeRedis.has(metricName) || sizeOf.has(metricName),
  query: { metricNames: [...wholeRedis.keys(), ...sizeOf.keys()].join('|'), labels: ['db', 'key_group'] },
  read: ({ name, labels, value }) => {
    const whole = wholeRedis.get(name);
    if (whole !== undefined) return { ...whole, value };
    const metric = sizeOf.get(name);
    const group = labels.get('key_group');
    if (metric === undefined || group === undefined) return null;
    return { name: group, identity: 'pattern', counted: { kind: 'size', metric }, value };
  },
};
