import { expect, test } from 'vitest';
import { djangoConvention } from '#server/sources/metrics/conventions/djangoConvention.ts';
import { describeSeries, readPageSeries, readSeries } from './readSeries.ts';

test('a page gives hits and misses of each kind of backend, and does not take for them when the counters began', async () => {
  const series = await readPageSeries(djangoConvention, 'django');
  expect(series.map(describeSeries)).toEqual([
    'django/redis hits 80',
    'django/locmem hits 1',
    'django/redis misses 20',
    'django/locmem misses 1',
  ]);
  expect(new Set(series.map(({ identity }) => identity))).toEqual(new Set(['cacheName']));
});

test('a namespace before the name is known', () => {
  const line = 'shop_django_cache_get_hits_total{backend="redis"} 9';
  expect(readSeries(djangoConvention, line).map(describeSeries)).toEqual(['django/redis hits 9']);
});

test.each([
  'django_cache_get_total{backend="redis"} 9',
  'django_cache_get_fail_total{backend="redis"} 9',
  'django_cache_get_hits_total 9',
])('leaves out %s', (line) => {
  expect(readSeries(djangoConvention, line)).toEqual([]);
});
