import { expect, test } from 'vitest';
import { fusionCacheConvention } from '#server/sources/metrics/conventions/fusionCacheConvention.ts';
import { describeSeries, readPageSeries, readSeries } from './readSeries.ts';

const read = (line: string) => readSeries(fusionCacheConvention, line).map(describeSeries);

// From OpenTelemetry's own exporter in FusionCache's names, see test/exporters/serveFusionCache.mjs.
test('a page of OpenTelemetry gives hits, misses and puts of each cache, and look-ups by level', async () => {
  const series = await readPageSeries(fusionCacheConvention, 'fusioncache');
  expect(series.map(describeSeries)).toEqual([
    'user hits 80',
    'product hits 3',
    'user misses 20',
    'product misses 2',
    'user puts 20',
    'product puts 2',
    'user l1 hits 80',
    'product l1 hits 3',
    'user l1 misses 20',
    'product l1 misses 2',
    'user l2 misses 20',
    'product l2 misses 2',
  ]);
  expect(new Set(series.map(({ identity }) => identity))).toEqual(new Set(['cacheName']));
});

test.each([
  ['fresh', 'fusioncache_cache_hit_total{fusioncache_cache_name="users",fusioncache_stale="false"} 9'],
  ['stale', 'fusioncache_cache_hit_total{fusioncache_cache_name="users",fusioncache_stale="true"} 9'],
  ['without a suffix', 'fusioncache_cache_hit{fusioncache_cache_name="users"} 9'],
  ['with dots', '{"fusioncache.cache.hit","fusioncache.cache.name"="users"} 9'],
])('a hit is a hit: %s', (_what, line) => {
  expect(read(line)).toEqual(['users hits 9']);
});

test.each([
  ['fusioncache_factory_success_total{fusioncache_cache_name="users"} 9', 'users loads 9'],
  ['fusioncache_factory_error_total{fusioncache_cache_name="users"} 9', 'users loads 9'],
  ['fusioncache_distributed_hit_total{fusioncache_cache_name="users"} 9', 'users l2 hits 9'],
])('%s', (line, series) => {
  expect(read(line)).toEqual([series]);
});

test.each([
  'fusioncache_cache_hit_total{cache="users"} 9',
  'fusioncache_memory_evict_total{fusioncache_cache_name="users"} 9',
  'fusioncache_backplane_publish_total{fusioncache_cache_name="users"} 9',
])('leaves out %s', (line) => {
  expect(read(line)).toEqual([]);
});
