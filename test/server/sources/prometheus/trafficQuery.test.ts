import { expect, test } from 'vitest';
import { djangoConvention } from '#server/sources/metrics/conventions/djangoConvention.ts';
import { opossumConvention } from '#server/sources/metrics/conventions/opossumConvention.ts';
import { trafficQuery } from '#server/sources/prometheus/trafficQuery.ts';

test('all conventions are asked for at once, summed by process and by the labels that any of them reads', () => {
  const query = trafficQuery([opossumConvention, djangoConvention], '');
  expect(query).toMatch(/^sum by \(__name__, job, instance, cache, service, version, layer, /);
  const [, kept = '', names = ''] = /^sum by \((.*)\) \(\{__name__=~"(.*)"\}\)$/.exec(query) ?? [];
  for (const label of [
    'event',
    'backend',
    'state',
    'exported_service',
    'exported_backend',
    'exported_state',
  ]) {
    expect(kept.split(', ').filter((one) => one === label)).toEqual([label]);
  }
  expect(names).toMatch(
    /^cache_client_info\|.*\|circuit\|\(\.\*_\)\?django_cache_get_\(hits\|misses\)_total$/,
  );
  expect(names).toContain('|resilience4j_circuitbreaker_state|');
});

test('what the operator limits it to stands in the selector', () => {
  expect(trafficQuery([opossumConvention], 'namespace="shop"')).toContain('|circuit", namespace="shop"})');
});

test('names that PromQL would not take as they are stand in quotes', () => {
  const query = { metricNames: 'cache\\.hits', labels: ['cache.name'] };
  const text = trafficQuery([{ ...opossumConvention, query }], '');
  expect(text).toContain('"cache.name", ');
  expect(text).toContain('|cache\\\\.hits"');
});
