import { expect, test } from 'vitest';
import { libraryConvention } from '#server/sources/metrics/libraryConvention.ts';
import { parseExposition } from '#server/sources/parseExposition.ts';

function read(line: string) {
  const [sample] = parseExposition(line).samples;
  if (sample === undefined) throw new Error(line);
  return libraryConvention.isNamed(sample.name) ? libraryConvention.read(sample) : null;
}

const pattern = { name: 'product:{id}', identity: 'pattern' };

test.each([
  ['cache_gets_total{key_pattern="product:{id}",result="hit"} 9', { kind: 'count', metric: 'hits' }, 9],
  ['cache_gets_total{key_pattern="product:{id}",result="miss"} 9', { kind: 'count', metric: 'misses' }, 9],
  ['cache_puts_total{key_pattern="product:{id}"} 9', { kind: 'count', metric: 'puts' }, 9],
  ['cache_load_duration_seconds_count{key_pattern="product:{id}"} 9', { kind: 'count', metric: 'loads' }, 9],
  [
    'cache_load_duration_seconds_sum{key_pattern="product:{id}"} 1.5',
    { kind: 'count', metric: 'loadMs' },
    1_500,
  ],
  [
    'cache_ttl_at_set_seconds_count{key_pattern="product:{id}"} 9',
    { kind: 'ttlAtSet', metric: 'entryCount' },
    9,
  ],
  [
    'cache_ttl_at_set_seconds_sum{key_pattern="product:{id}"} 540.5',
    { kind: 'ttlAtSet', metric: 'sumMs' },
    540_500,
  ],
  [
    'cache_layer_gets_total{key_pattern="product:{id}",layer="l2",result="miss"} 9',
    { kind: 'level', level: 'l2', metric: 'misses' },
    9,
  ],
  [
    'cache_misses_total{key_pattern="product:{id}",reason="expired"} 9',
    { kind: 'missReason', reason: 'expired' },
    9,
  ],
])('%s', (line, counted, value) => {
  expect(read(line)).toEqual({ ...pattern, counted, value });
});

test.each([
  'cache_gets_total{key_pattern="product:{id}",result="pending"} 9',
  'cache_gets_total{cache="products",result="hit"} 9',
  'cache_load_duration_seconds_bucket{key_pattern="product:{id}",le="1"} 9',
  'cache_layer_gets_total{key_pattern="product:{id}",layer="l9",result="hit"} 9',
  'cache_misses_total{key_pattern="product:{id}",reason="moonlight"} 9',
  'process_cpu_seconds_total 3',
])('does not read %s', (line) => {
  expect(read(line)).toBeNull();
});

test('layers of releases that did not tell patterns count for all of them', () => {
  expect(read('cache_layer_gets_total{cache="a",layer="l1",result="hit"} 9')?.name).toBe('other');
});
