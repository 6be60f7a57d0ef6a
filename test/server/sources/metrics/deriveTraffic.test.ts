import { expect, test } from 'vitest';
import { deriveTraffic } from '#server/sources/metrics/deriveTraffic.ts';
import { parseTrafficCounters } from '#server/sources/metrics/parseTrafficCounters.ts';
import { parseExposition } from '#server/sources/parseExposition.ts';
import { NO_TRAFFIC } from '#shared/traffic/trafficCounts.ts';

function counters(text: string) {
  return parseTrafficCounters(parseExposition(text).samples);
}

const info = 'cache_client_info{service="catalog",instance="c-1",version="1"} 1\n';
const origin = { service: 'catalog', instance: 'c-1', version: '1' };
const first = counters(`${info}
cache_gets_total{cache="main",key_pattern="product:{id}",result="hit"} 90
cache_gets_total{cache="main",key_pattern="product:{id}",result="miss"} 10
cache_layer_gets_total{cache="main",key_pattern="product:{id}",layer="l1",result="hit"} 80
cache_layer_gets_total{cache="main",key_pattern="product:{id}",layer="l1",result="miss"} 20
cache_load_duration_seconds_sum{cache="main",key_pattern="product:{id}",result="success"} 1.5
cache_load_duration_seconds_count{cache="main",key_pattern="product:{id}",result="success"} 9
`);

test('adds up what each pattern gained', () => {
  const second = counters(`${info}
cache_gets_total{cache="main",key_pattern="product:{id}",result="hit"} 190
cache_gets_total{cache="main",key_pattern="product:{id}",result="miss"} 15
cache_layer_gets_total{cache="main",key_pattern="product:{id}",layer="l1",result="hit"} 170
cache_layer_gets_total{cache="main",key_pattern="product:{id}",layer="l1",result="miss"} 35
cache_load_duration_seconds_sum{cache="main",key_pattern="product:{id}",result="success"} 1.75
cache_load_duration_seconds_count{cache="main",key_pattern="product:{id}",result="success"} 13
cache_gets_total{cache="main",key_pattern="__proto__",result="miss"} 3
`);
  const source = { identity: 'pattern', source: 'library', ...origin };
  expect(deriveTraffic(first, second)).toEqual([
    {
      ...NO_TRAFFIC,
      ...source,
      pattern: 'product:{id}',
      hits: 100,
      misses: 5,
      loads: 4,
      loadMs: 250,
      levels: { l1: { hits: 90, misses: 15 } },
    },
    { ...NO_TRAFFIC, ...source, pattern: '__proto__', misses: 3 },
  ]);
});

test('an interval in which a counter fell is dropped, as the process began anew', () => {
  const before = counters(
    `${info}cache_gets_total{key_pattern="a",result="hit"} 100\ncache_puts_total{key_pattern="a"} 5`,
  );
  const after = counters(
    `${info}cache_gets_total{key_pattern="a",result="hit"} 7\ncache_puts_total{key_pattern="a"} 6`,
  );
  expect(deriveTraffic(before, after)).toBeNull();
});

test('sums the caches of a pattern', () => {
  const after = counters(
    `${info}cache_gets_total{cache="x",key_pattern="a",result="hit"} 1\ncache_gets_total{cache="y",key_pattern="a",result="hit"} 2`,
  );
  expect(deriveTraffic(counters(info), after)).toMatchObject([{ pattern: 'a', hits: 3 }]);
});

test('the order of labels does not make another series', () => {
  const before = counters('cache_gets_total{key_pattern="a",result="hit"} 5');
  const after = counters('cache_gets_total{result="hit",key_pattern="a"} 6');
  expect(deriveTraffic(before, after)?.[0]?.hits).toBe(1);
});

test('gives every pattern of the page, with zeros for one that was idle', () => {
  expect(deriveTraffic(first, first)).toMatchObject([{ pattern: 'product:{id}', hits: 0, misses: 0 }]);
});

test('tells a service without look-ups from a page that has nothing to do with caches', () => {
  expect(deriveTraffic(counters(info), counters(info))).toEqual([]);
  const foreign = counters('process_cpu_seconds_total 3');
  expect(deriveTraffic(foreign, foreign)).toBeNull();
});

test('nothing can be said of a first reading, or when another instance answers', () => {
  expect(deriveTraffic(null, first)).toBeNull();
  expect(deriveTraffic(counters(info.replace('c-1', 'c-2')), first)).toBeNull();
});

test('a series that was missing for a while is left out, as nobody knows when it grew', () => {
  const before = counters(`${info}cache_puts_total{key_pattern="a"} 5`);
  const after = counters(
    `${info}cache_puts_total{key_pattern="a"} 6\ncache_gets_total{key_pattern="a",result="hit"} 1000`,
  );
  expect(deriveTraffic(before, after)).toMatchObject([{ hits: 1_000, puts: 1 }]);
  expect(deriveTraffic(before, after, () => true)).toMatchObject([{ hits: 0, puts: 1 }]);
});
