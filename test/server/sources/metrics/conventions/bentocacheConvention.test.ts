import { expect, test } from 'vitest';
import { bentocacheConvention } from '#server/sources/metrics/conventions/bentocacheConvention.ts';
import { describeSeries, readPageSeries, readSeries } from './readSeries.ts';

const read = (line: string) => readSeries(bentocacheConvention, line).map(describeSeries);

test('a page gives each key group, and none of the look-ups that bentocache makes of its own tags', async () => {
  const series = await readPageSeries(bentocacheConvention, 'bentocache');
  expect(series.map(describeSeries)).toEqual([
    'user:{id} hits 80',
    'product:* hits 3',
    'user:{id} misses 20',
    'product:* misses 2',
    'user:{id} puts 20',
    'product:* puts 2',
  ]);
  expect(new Set(series.map(({ identity }) => identity))).toEqual(new Set(['pattern']));
});

test.each([
  [
    'a hit in L1 of a newer release',
    'bentocache_hits{store="s",key="user:{id}",layer="l1"} 9',
    'user:{id} hits 9',
  ],
  [
    'an old value while the source fails',
    'bentocache_graced_hits{store="s",key="user:{id}"} 9',
    'user:{id} hits 9',
  ],
  ['a key without a group', 'bentocache_hits{store="s",key="user:123"} 9', 'user:{id} hits 9'],
  ['a group without placeholders', 'bentocache_misses{store="s",key="users"} 9', 'users misses 9'],
])('%s', (_what, line, series) => {
  expect(read(line)).toEqual([series]);
});

test.each([
  'bentocache_hits{store="s",key="___bc:t:users"} 9',
  'bentocache_misses{store="s",key="shop:___bc:t:users"} 9',
  'bentocache_hits{store="s"} 9',
  'bentocache_bus_messages_published 9',
])('leaves out %s', (line) => {
  expect(read(line)).toEqual([]);
});
