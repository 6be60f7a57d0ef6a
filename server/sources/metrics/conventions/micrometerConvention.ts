import type { MissReason } from '#shared/traffic/missReason.ts';
import { lookupResult } from '../lookupResult.ts';
import type { Counted, TrafficConvention } from '../trafficConvention.ts';

const MS_PER_SECOND = 1_000;

const names = [
  'cache_gets_total',
  'cache_puts_total',
  // Caffeine and Guava.
  'cache_load_total',
  'cache_load_duration_seconds',
  // CaffeineStatsCounter.
  'cache_loads_seconds_count',
  'cache_loads_seconds_sum',
  // EhCache 2.
  'cache_misses_total',
  'cache_size',
];

const missReasonOf: ReadonlyMap<string | undefined, MissReason> = new Map([
  ['expired', 'expired'],
  ['notFound', 'absent'],
]);

/**
 * Micrometer's binders, as Spring Boot registers them (`cache` and `name` are the same there, and a library of one's own may
 * give `name` alone). A RedisCache of Spring also counts look-ups as `result="pending"`, which are counted again by their
 * outcome. Our own library is read before this and gives its size by layer.
 * Source: Micrometer's CacheMeterBinder and CaffeineCacheMetrics, Spring Data's RedisCacheMetrics.
 */
export const micrometerConvention: TrafficConvention = {
  id: 'micrometer',
  isNamed: (metricName) => names.includes(metricName),
  query: { metricNames: names.join('|'), labels: ['cache', 'name', 'result', 'reason', 'layer'] },
  read: (sample) => {
    const name = sample.labels.get('cache') ?? sample.labels.get('name');
    const counted =
      name === undefined || sample.labels.has('layer') ? null : countedBy(sample.name, sample.labels);
    if (name === undefined || counted === null) return null;
    const isSeconds = counted.kind === 'count' && counted.metric === 'loadMs';
    return {
      name,
      identity: 'cacheName',
      counted,
      value: isSeconds ? sample.value * MS_PER_SECOND : sample.value,
    };
  },
};

function countedBy(name: string, labels: ReadonlyMap<string, string>): Counted | null {
  switch (name) {
    case 'cache_gets_total': {
      const metric = lookupResult(labels.get('result'));
      return metric === null ? null : { kind: 'count', metric };
    }
    case 'cache_puts_total':
      return { kind: 'count', metric: 'puts' };
    case 'cache_load_total':
    case 'cache_loads_seconds_count':
      return { kind: 'count', metric: 'loads' };
    case 'cache_load_duration_seconds':
    case 'cache_loads_seconds_sum':
      return { kind: 'count', metric: 'loadMs' };
    case 'cache_misses_total': {
      const reason = missReasonOf.get(labels.get('reason'));
      return reason === undefined ? null : { kind: 'missReason', reason };
    }
    case 'cache_size':
      return { kind: 'size', metric: 'keyCount' };
    default:
      return null;
  }
}
