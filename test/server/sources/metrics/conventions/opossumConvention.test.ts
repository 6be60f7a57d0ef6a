import { expect, test } from 'vitest';
import { opossumConvention } from '#server/sources/metrics/conventions/opossumConvention.ts';
import { describeSeries, readPageSeries, readSeries } from './readSeries.ts';

test('a page gives what the caches of circuits found, by circuit, and nothing of its other events', async () => {
  const series = await readPageSeries(opossumConvention, 'opossum');
  expect(series.map(describeSeries)).toEqual([
    'user misses 20',
    'user hits 80',
    'product misses 2',
    'product hits 3',
  ]);
  expect(new Set(series.map(({ identity }) => identity))).toEqual(new Set(['cacheName']));
});

test.each([
  'circuit{name="user",event="coalesceCacheHit"} 9',
  'circuit{event="cacheHit"} 9',
  'circuit_perf_count{name="user",event="success"} 9',
])('leaves out %s', (line) => {
  expect(readSeries(opossumConvention, line)).toEqual([]);
});
