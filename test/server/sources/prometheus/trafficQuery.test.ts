import { expect, test } from 'vitest';
import { djangoConvention } from '#server/sources/metrics/conventions/djangoConvention.ts';
import { opossumConvention } from '#server/sources/metrics/conventions/opossumConvention.ts';
import { trafficQuery } from '#server/sources/prometheus/trafficQuery.ts';

test('all conventions are asked for at once, summed by process and by the labels that any of them reads', () => {
  expect(trafficQuery([opossumConvention, djangoConvention], '')).toBe(
    'sum by (__name__, job, instance, cache, service, version, name, event, backend, exported_cache, exported_service, ' +
      'exported_instance, exported_version, exported_name, exported_event, exported_backend) ' +
      '({__name__=~"cache_client_info|circuit|(.*_)?django_cache_get_(hits|misses)_total"})',
  );
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
