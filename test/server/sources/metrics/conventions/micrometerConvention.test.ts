import { expect, test } from 'vitest';
import { micrometerConvention } from '#server/sources/metrics/conventions/micrometerConvention.ts';
import { describeSeries, readPageSeries, readSeries } from './readSeries.ts';

const read = (line: string) => readSeries(micrometerConvention, line).map(describeSeries);

// From prom-client in Micrometer's names, see test/exporters/serveMicrometer.mjs.
test('a page of Spring Boot gives hits, misses, puts and size of each cache, and leaves pending look-ups out', async () => {
  const series = await readPageSeries(micrometerConvention, 'micrometer');
  expect(series.map(describeSeries)).toEqual([
    'user misses 20',
    'user hits 80',
    'product misses 2',
    'product hits 3',
    'user puts 20',
    'product puts 2',
    'user keyCount 20',
    'product keyCount 2',
  ]);
  expect(new Set(series.map(({ identity }) => identity))).toEqual(new Set(['cacheName']));
});

test.each([
  ['cache_gets_total{name="users",result="hit"} 9', 'users hits 9'],
  ['cache_load_total{cache="users",result="success"} 9', 'users loads 9'],
  ['cache_load_duration_seconds{cache="users"} 1.5', 'users loadMs 1500'],
  ['cache_loads_seconds_count{cache="users",result="failure"} 9', 'users loads 9'],
  ['cache_loads_seconds_sum{cache="users",result="success"} 1.5', 'users loadMs 1500'],
  ['cache_misses_total{cache="users",reason="expired"} 9', 'users expired 9'],
  ['cache_misses_total{cache="users",reason="notFound"} 9', 'users absent 9'],
])('%s', (line, series) => {
  expect(read(line)).toEqual([series]);
});

test.each([
  ['pending look-ups', 'cache_gets_total{cache="users",result="pending"} 9'],
  ['a series without a name', 'cache_gets_total{result="hit"} 9'],
  ['the size of a layer of our library', 'cache_size{cache="shop",layer="l1"} 9'],
  ['a reason that is not known', 'cache_misses_total{cache="users",reason="moonlight"} 9'],
  ['loads under way', 'cache_loads_active{cache="users"} 9'],
])('leaves out %s', (_what, line) => {
  expect(read(line)).toEqual([]);
});
