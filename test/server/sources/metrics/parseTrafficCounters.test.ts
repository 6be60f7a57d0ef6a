import { expect, test } from 'vitest';
import {
  type ParseTrafficOptions,
  parseTrafficCounters,
} from '#server/sources/metrics/parseTrafficCounters.ts';
import type { TrafficConvention } from '#server/sources/metrics/trafficConvention.ts';
import { parseExposition } from '#server/sources/parseExposition.ts';

function parse(text: string, options?: ParseTrafficOptions) {
  return parseTrafficCounters(parseExposition(text).samples, options);
}

const info = 'cache_client_info{service="catalog",instance="c-1",version="1"} 1\n';
const gets = 'cache_gets_total{cache="catalog",key_pattern="product:{id}",result="hit"} 90\n';

/** A cache by name, as most others count. */
const named: TrafficConvention = {
  id: 'micrometer',
  isNamed: (metricName) => metricName === 'cache_gets_total',
  query: { metricNames: 'cache_gets_total', labels: ['cache'] },
  read: ({ labels, value }) => ({
    name: labels.get('cache') ?? '',
    identity: 'cacheName',
    counted: { kind: 'count', metric: 'hits' },
    value,
  }),
};

test('a series tells what it counts, for whom, and who says so', () => {
  const { series, ...page } = parse(`${info}${gets}process_cpu_seconds_total 3\n`);
  const origin = { service: 'catalog', instance: 'c-1', version: '1' };
  expect(page).toMatchObject(origin);
  expect([...series.values()]).toEqual([
    {
      ...origin,
      pattern: 'product:{id}',
      identity: 'pattern',
      source: 'library',
      counted: { kind: 'count', metric: 'hits' },
      value: 90,
    },
  ]);
});

test('what is known of the target stands in where the page is silent', () => {
  const origin = { service: 'shop', instance: '10.0.0.1:9100', version: null };
  expect(parse(gets, { origin })).toMatchObject(origin);
  expect([...parse(gets, { origin }).series.values()][0]).toMatchObject(origin);
  expect(parse(`${info}${gets}`, { origin })).toMatchObject({ service: 'catalog', instance: 'c-1' });
});

test('each cache of a process counts for its own service', () => {
  const { series } = parse(
    ['catalog', 'cart']
      .map(
        (cache) =>
          `cache_client_info{cache="${cache}",service="${cache}",instance="1",version="1"} 1\ncache_puts_total{cache="${cache}",key_pattern="a"} 1`,
      )
      .join('\n'),
  );
  expect([...series.values()].map(({ service }) => service)).toEqual(['catalog', 'cart']);
});

test('a cache name is a row of its own, unless the configuration says which pattern it stands for', () => {
  const line = 'cache_gets_total{cache="products"} 4';
  const conventions = [named];
  const patterns = new Map([['products', 'products::{id}']]);
  expect([...parse(line, { conventions }).series.values()]).toMatchObject([
    { pattern: 'products', identity: 'cacheName', source: 'micrometer' },
  ]);
  expect([...parse(line, { conventions, patterns }).series.values()]).toMatchObject([
    { pattern: 'products::{id}', identity: 'pattern', source: 'micrometer' },
  ]);
});

test('a pattern is not renamed, and the first convention that can read a sample has it', () => {
  const patterns = new Map([['product:{id}', 'other:{id}']]);
  const both = parse(gets, { patterns });
  expect([...both.series.values()]).toMatchObject([{ pattern: 'product:{id}', source: 'library' }]);
  const reversed = parse(gets, { conventions: [named] });
  expect([...reversed.series.values()]).toMatchObject([{ pattern: 'catalog' }]);
});

test('leaves out values that no counter can have', () => {
  const text = 'cache_puts_total{key_pattern="a"} NaN\ncache_puts_total{key_pattern="b"} -1\n';
  expect(parse(text).series.size).toBe(0);
});

test('the start of the process tells one that began anew', () => {
  const started = (seconds: number) => parse(`process_start_time_seconds ${seconds}\n${gets}`).process;
  expect(started(1)).toBe(started(1));
  expect(started(1)).not.toBe(started(2));
});

test('a label without bounds does not fill the memory', () => {
  const lines = Array.from({ length: 10_500 }, (_, at) => `cache_puts_total{key_pattern="p${at}"} 1`);
  expect(parse(lines.join('\n')).series.size).toBe(10_000);
});

test('somebody who passes on what others count may say so', () => {
  expect([...parse(gets, { source: 'prometheus' }).series.values()]).toMatchObject([
    { source: 'prometheus' },
  ]);
});
