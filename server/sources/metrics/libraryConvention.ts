import { metricNames, OTHER_PATTERN } from '#shared/metricNames.ts';
import { cacheLevels } from '#shared/traffic/cacheLevel.ts';
import { missReasons } from '#shared/traffic/missReason.ts';
import type { MetricSample } from '../parseExposition.ts';
import { lookupResult } from './lookupResult.ts';
import type { Counted, TrafficConvention } from './trafficConvention.ts';

const MS_PER_SECOND = 1_000;
const LOAD_COUNT = `${metricNames.loadDuration}_count`;
const TTL_COUNT = `${metricNames.ttlAtSet}_count`;
const TTL_SUM = `${metricNames.ttlAtSet}_sum`;
const LOAD_SUM = `${metricNames.loadDuration}_sum`;

const names: ReadonlySet<string> = new Set([
  metricNames.gets,
  metricNames.puts,
  metricNames.layerGets,
  metricNames.misses,
  LOAD_COUNT,
  LOAD_SUM,
  TTL_COUNT,
  TTL_SUM,
]);

/**
 * Our own library. It shares Micrometer's names; the label `key_pattern` tells the two apart. Look-ups with another result
 * than hit and miss are left out.
 */
export const libraryConvention: TrafficConvention = {
  id: 'library',
  isNamed: (metricName) => names.has(metricName),
  query: { metricNames: [...names].join('|'), labels: ['cache', 'key_pattern', 'layer', 'result', 'reason'] },
  read: (sample) => {
    const pattern = sample.labels.get('key_pattern') ?? patternOfLayer(sample);
    const counted = pattern === null ? null : countedBy(sample);
    if (pattern === null || counted === null) return null;
    const value = isInSeconds(sample.name) ? sample.value * MS_PER_SECOND : sample.value;
    return { name: pattern, identity: 'pattern', counted, value };
  },
};

function isInSeconds(name: string): boolean {
  return name === LOAD_SUM || name === TTL_SUM;
}

/** Nobody else has this metric; before it had patterns, it counted all of them together. */
function patternOfLayer({ name }: MetricSample): string | null {
  return name === metricNames.layerGets ? OTHER_PATTERN : null;
}

function countedBy({ name, labels }: MetricSample): Counted | null {
  switch (name) {
    case metricNames.gets: {
      const metric = lookupResult(labels.get('result'));
      return metric === null ? null : { kind: 'count', metric };
    }
    case metricNames.puts:
      return { kind: 'count', metric: 'puts' };
    case LOAD_COUNT:
      return { kind: 'count', metric: 'loads' };
    case LOAD_SUM:
      return { kind: 'count', metric: 'loadMs' };
    case TTL_COUNT:
      return { kind: 'ttlAtSet', metric: 'entryCount' };
    case TTL_SUM:
      return { kind: 'ttlAtSet', metric: 'sumMs' };
    case metricNames.layerGets: {
      const level = cacheLevels.find((candidate) => candidate === labels.get('layer'));
      const metric = lookupResult(labels.get('result'));
      return level === undefined || metric === null ? null : { kind: 'level', level, metric };
    }
    case metricNames.misses: {
      const reason = missReasons.find((candidate) => candidate === labels.get('reason'));
      return reason === undefined ? null : { kind: 'missReason', reason };
    }
    default:
      return null;
  }
}
