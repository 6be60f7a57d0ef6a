import { expect, test } from 'vitest';
import { gocacheConvention } from '#server/sources/metrics/conventions/gocacheConvention.ts';
import { describeSeries, readSeries } from './readSeries.ts';

const read = (line: string) => readSeries(gocacheConvention, line).map(describeSeries);

test.each([
  ['cache_collector{metric="hit_count",service="orders",store="redis"} 9', 'orders/redis hits 9'],
  ['cache_collector{metric="miss_count",service="orders",store="redis"} 9', 'orders/redis misses 9'],
  ['cache_collector{metric="set_success",service="orders",store="redis"} 9', 'orders/redis puts 9'],
  ['shop_collector{metric="hit_count",service="orders",store="redis"} 9', 'orders/redis hits 9'],
  ['cache_collector{app_metric="hit_count",app_service="orders",app_store="redis"} 9', 'orders/redis hits 9'],
])('%s', (line, series) => {
  expect(read(line)).toEqual([series]);
});

test.each([
  'cache_collector{metric="delete_success",service="orders",store="redis"} 9',
  'cache_collector{metric="hit_count",store="redis"} 9',
  'garbage_collector{gc="young"} 9',
])('leaves out %s', (line) => {
  expect(read(line)).toEqual([]);
});
