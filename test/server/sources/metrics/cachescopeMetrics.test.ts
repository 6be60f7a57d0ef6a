import { describe, expect, test } from 'vitest';
import { derivePatternTraffic, parseTrafficCounters } from '#server/sources/metrics/cachescopeMetrics.ts';
import { parseExposition } from '#server/sources/parseExposition.ts';

function counters(text: string) {
  return parseTrafficCounters(parseExposition(text).samples);
}

const info = 'cache_client_info{service="catalog",instance="c-1",version="1"} 1\n';
const first = counters(`${info}
cache_gets_total{cache="main",key_pattern="product:{id}",result="hit"} 90
cache_gets_total{cache="main",key_pattern="product:{id}",result="miss"} 10
cache_gets_total{cache="main",key_pattern="product:{id}",result="pending"} 7
cache_puts_total{cache="main",key_pattern="product:{id}"} 10
cache_load_duration_seconds_bucket{cache="main",key_pattern="product:{id}",result="success",le="0.1"} 9
cache_load_duration_seconds_sum{cache="main",key_pattern="product:{id}",result="success"} 1.5
cache_load_duration_seconds_count{cache="main",key_pattern="product:{id}",result="success"} 9
cache_load_duration_seconds_sum{cache="main",key_pattern="product:{id}",result="failure"} 0.5
cache_load_duration_seconds_count{cache="main",key_pattern="product:{id}",result="failure"} 1
cache_layer_gets_total{cache="main",layer="l1",result="hit"} 80
process_cpu_seconds_total 3
`);

describe('parseTrafficCounters', () => {
  test('tells service and instance', () => {
    expect(first).toMatchObject({ service: 'catalog', instance: 'c-1' });
  });

  test('keeps what counts and leaves pending look-ups, layers and the rest out', () => {
    expect([...first.series.values()].map(({ counts, value }) => [counts, value])).toEqual([
      ['hits', 90],
      ['misses', 10],
      ['puts', 10],
      ['loadMs', 1_500],
      ['loads', 9],
      ['loadMs', 500],
      ['loads', 1],
    ]);
  });

  test('leaves out values that no counter can have', () => {
    expect(counters('cache_puts_total NaN\ncache_puts_total{a="b"} -1').series.size).toBe(0);
  });
});

describe('derivePatternTraffic', () => {
  test('adds up what each pattern gained', () => {
    const second = counters(`${info}
cache_gets_total{cache="main",key_pattern="product:{id}",result="hit"} 190
cache_gets_total{cache="main",key_pattern="product:{id}",result="miss"} 15
cache_puts_total{cache="main",key_pattern="product:{id}"} 15
cache_load_duration_seconds_sum{cache="main",key_pattern="product:{id}",result="success"} 1.75
cache_load_duration_seconds_count{cache="main",key_pattern="product:{id}",result="success"} 13
cache_load_duration_seconds_sum{cache="main",key_pattern="product:{id}",result="failure"} 0.75
cache_load_duration_seconds_count{cache="main",key_pattern="product:{id}",result="failure"} 2
cache_gets_total{cache="main",key_pattern="__proto__",result="miss"} 3
`);
    expect(derivePatternTraffic(first, second)).toEqual([
      { pattern: 'product:{id}', hits: 100, misses: 5, loads: 5, loadMs: 500, puts: 5 },
      { pattern: '__proto__', hits: 0, misses: 3, loads: 0, loadMs: 0, puts: 0 },
    ]);
  });

  test('a series that fell counts from nothing, the others as ever', () => {
    const before = counters(
      `${info}cache_gets_total{key_pattern="a",result="hit"} 100\ncache_puts_total{key_pattern="a"} 5`,
    );
    const after = counters(
      `${info}cache_gets_total{key_pattern="a",result="hit"} 7\ncache_puts_total{key_pattern="a"} 6`,
    );
    expect(derivePatternTraffic(before, after)).toEqual([
      { pattern: 'a', hits: 7, misses: 0, loads: 0, loadMs: 0, puts: 1 },
    ]);
  });

  test('sums caches and gathers series without a pattern under other', () => {
    const before = counters(info);
    const after = counters(
      `${info}cache_gets_total{cache="x",key_pattern="a",result="hit"} 1\ncache_gets_total{cache="y",key_pattern="a",result="hit"} 2\ncache_gets_total{cache="z",result="miss"} 4`,
    );
    expect(derivePatternTraffic(before, after)).toEqual([
      { pattern: 'a', hits: 3, misses: 0, loads: 0, loadMs: 0, puts: 0 },
      { pattern: 'other', hits: 0, misses: 4, loads: 0, loadMs: 0, puts: 0 },
    ]);
  });

  test('the order of labels does not make another series', () => {
    const before = counters('cache_gets_total{key_pattern="a",result="hit"} 5');
    const after = counters('cache_gets_total{result="hit",key_pattern="a"} 6');
    expect(derivePatternTraffic(before, after)?.[0]?.hits).toBe(1);
  });

  test('gives every pattern of the page, with zeros for one that was idle', () => {
    expect(derivePatternTraffic(first, first)).toEqual([
      { pattern: 'product:{id}', hits: 0, misses: 0, loads: 0, loadMs: 0, puts: 0 },
    ]);
  });

  test('tells a service without look-ups from a page that has nothing to do with caches', () => {
    expect(derivePatternTraffic(counters(info), counters(info))).toEqual([]);
    const foreign = counters('process_cpu_seconds_total 3');
    expect(derivePatternTraffic(foreign, foreign)).toBeNull();
  });

  test('nothing can be said of a first scrape, or when another instance answers', () => {
    expect(derivePatternTraffic(null, first)).toBeNull();
    expect(derivePatternTraffic(counters(info.replace('c-1', 'c-2')), first)).toBeNull();
  });
});
