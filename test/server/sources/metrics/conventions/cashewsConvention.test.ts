import { expect, test } from 'vitest';
import { cashewsConvention } from '#server/sources/metrics/conventions/cashewsConvention.ts';
import { describeSeries, readSeries } from './readSeries.ts';

const read = (line: string) => readSeries(cashewsConvention, line).map(describeSeries);

test.each([
  ['cashews_get_operation_total{backend_class="Redis",result="hit",tag=""} 9', 'cashews/Redis hits 9'],
  ['cashews_get_operation_total{backend_class="Redis",result="miss"} 9', 'cashews/Redis misses 9'],
  ['cashews_get_operation_total{backend_class="Redis",result="hit",tag="users"} 9', 'users hits 9'],
  ['cashews_get_operation_total{backend_class="Redis",result="hit",tag="users:7"} 9', 'users:{id} hits 9'],
])('%s', (line, series) => {
  expect(read(line)).toEqual([series]);
});

test.each([
  'cashews_get_operation_created{backend_class="Redis",result="hit",tag=""} 1.7e9',
  'cashews_get_operation_total{backend_class="Redis",tag=""} 9',
  'cashews_get_operation_total{result="hit"} 9',
  'cashews_operations_latency_seconds_count{operation="get",backend_class="Redis",tag=""} 9',
])('leaves out %s', (line) => {
  expect(read(line)).toEqual([]);
});
