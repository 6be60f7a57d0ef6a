import type { MetricMapping } from '#shared/traffic/metricMapping.ts';
import type { Counted, CountedSeries, TrafficConvention } from '../trafficConvention.ts';

const MS_PER_SECOND = 1_000;

/** Metrics that the configuration says the meaning of. It is asked before all others, so that it may overrule them. */
export function mappedConvention(mappings: readonly MetricMapping[]): TrafficConvention {
  const names = new Set(mappings.map(({ metric }) => metric));
  return {
    id: 'mapped',
    isNamed: (metricName) => names.has(metricName),
    query: { metricNames: [...names].map(escapeRegExp).join('|'), labels: labelsOf(mappings) },
    read: ({ name, labels, value }) => {
      for (const mapping of mappings) {
        const row = mapping.metric === name ? rowOf(mapping, labels) : null;
        if (row === null) continue;
        const isSeconds = mapping.counts === 'loadSeconds';
        return { ...row, counted: countedOf(mapping), value: isSeconds ? value * MS_PER_SECOND : value };
      }
      return null;
    },
  };
}

function rowOf(
  mapping: MetricMapping,
  labels: ReadonlyMap<string, string>,
): Pick<CountedSeries, 'name' | 'identity'> | null {
  const { pattern, patternLabel, cacheName, cacheNameLabel } = mapping;
  const isMeant = Object.entries(mapping.labels ?? {}).every(
    ([label, wanted]) => labels.get(label) === wanted,
  );
  if (!isMeant) return null;
  const patternName = pattern ?? labels.get(patternLabel ?? '');
  if (patternName !== undefined) return { name: patternName, identity: 'pattern' };
  const name = cacheName ?? labels.get(cacheNameLabel ?? '');
  return name === undefined ? null : { name, identity: 'cacheName' };
}

function countedOf({ counts }: MetricMapping): Counted {
  switch (counts) {
    case 'keyCount':
    case 'bytes':
      return { kind: 'size', metric: counts };
    case 'loadSeconds':
      return { kind: 'count', metric: 'loadMs' };
    case 'hits':
    case 'misses':
    case 'puts':
    case 'loads':
      return { kind: 'count', metric: counts };
  }
}

function labelsOf(mappings: readonly MetricMapping[]): readonly string[] {
  const labels = mappings.flatMap((mapping) => [
    ...Object.keys(mapping.labels ?? {}),
    ...[mapping.patternLabel, mapping.cacheNameLabel].filter((label) => label !== undefined),
  ]);
  return [...new Set(labels)];
}

function escapeRegExp(text: string): string {
  return text.replace(/[^a-zA-Z0-9_:]/g, '\\$&');
}
