import { expect, test } from 'vitest';
import { mappedConvention } from '#server/sources/metrics/conventions/mappedConvention.ts';
import { describeSeries, readSeries } from './readSeries.ts';

const mapped = mappedConvention([
  { metric: 'hasura_cache_request_count', labels: { status: 'hit' }, counts: 'hits', cacheName: 'hasura' },
  { metric: 'hasura_cache_request_count', labels: { status: 'miss' }, counts: 'misses', cacheName: 'hasura' },
  { metric: 'shop_reads_total', labels: { found: 'true' }, counts: 'hits', patternLabel: 'key' },
  { metric: 'shop_load_seconds_total', counts: 'loadSeconds', pattern: 'order:{id}' },
  { metric: 'cache.entries', counts: 'keyCount', cacheNameLabel: 'cache.name' },
]);

const read = (line: string) =>
  readSeries(mapped, line).map((one) => `${one.identity} ${describeSeries(one)}`);

test.each([
  ['hasura_cache_request_count{status="hit"} 9', 'cacheName hasura hits 9'],
  ['hasura_cache_request_count{status="miss",pod="a"} 9', 'cacheName hasura misses 9'],
  ['shop_reads_total{found="true",key="user:{id}"} 9', 'pattern user:{id} hits 9'],
  ['shop_load_seconds_total 1.5', 'pattern order:{id} loadMs 1500'],
  ['{"cache.entries","cache.name"="users"} 9', 'cacheName users keyCount 9'],
])('%s', (line, series) => {
  expect(read(line)).toEqual([series]);
});

test.each([
  'hasura_cache_request_count{status="bypass"} 9',
  'shop_reads_total{found="true"} 9',
  'shop_reads_total{key="user:{id}"} 9',
  'cache_gets_total{cache="users",result="hit"} 9',
])('leaves out %s', (line) => {
  expect(read(line)).toEqual([]);
});

test('a Prometheus server is asked for the metrics and labels that the mappings name', () => {
  expect(mapped.query).toEqual({
    metricNames: 'hasura_cache_request_count|shop_reads_total|shop_load_seconds_total|cache\\.entries',
    labels: ['status', 'found', 'key', 'cache.name'],
  });
});
