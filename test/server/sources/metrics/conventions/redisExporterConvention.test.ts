import { expect, test } from 'vitest';
import { redisExporterConvention } from '#server/sources/metrics/conventions/redisExporterConvention.ts';
import { WHOLE_REDIS } from '#shared/traffic/trafficSource.ts';
import { describeSeries, readPageSeries, readSeries } from './readSeries.ts';

test('a page gives the look-ups of the whole Redis, and of key groups their sizes alone', async () => {
  const series = await readPageSeries(redisExporterConvention, 'redisExporter');
  expect(series.map((one) => `${one.identity}: ${describeSeries(one)}`)).toEqual([
    'pattern: user keyCount 2',
    'pattern: user bytes 128',
    `instance: ${WHOLE_REDIS} hits 1`,
    `instance: ${WHOLE_REDIS} misses 1`,
  ]);
});

test.each(['redis_key_group_count{db="db0"} 2', 'redis_expired_keys_total 3'])('leaves out %s', (line) => {
  expect(readSeries(redisExporterConvention, line)).toEqual([]);
});
