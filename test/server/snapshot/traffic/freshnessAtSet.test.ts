import { expect, test } from 'vitest';
import { freshnessAtSet } from '#server/snapshot/traffic/freshnessAtSet.ts';
import { parseTrafficCounters } from '#server/sources/metrics/parseTrafficCounters.ts';
import { parseExposition } from '#server/sources/parseExposition.ts';

const AT_MS = 1_800_000_000_000;

function page(instance: string, entryCount: number, sumSeconds: number, pattern = 'product:{id}') {
  const labels = `cache="catalog",key_pattern="${pattern}"`;
  const text = [
    `cache_client_info{cache="catalog",service="catalog",instance="${instance}",version="1"} 1`,
    `cache_ttl_at_set_seconds_count{${labels}} ${entryCount}`,
    `cache_ttl_at_set_seconds_sum{${labels}} ${sumSeconds}`,
    `cache_gets_total{${labels},result="hit"} 9`,
  ].join('\n');
  return { counters: parseTrafficCounters(parseExposition(text).samples), atMs: AT_MS };
}

test('is the mean of all entries of all processes, each once', () => {
  const one = page('a', 10, 3_000);
  expect(freshnessAtSet([one, one, page('b', 30, 17_000)], 'product:{id}')).toEqual({
    state: 'known',
    value: { meanMs: 500_000, entryCount: 40 },
    atMs: AT_MS,
    from: 'metrics of catalog',
  });
});

test.each([
  ['nobody is read', []],
  ['nothing was stored yet', [page('a', 0, 0)]],
  ['other patterns were', [page('a', 10, 3_000, 'cart:{id}')]],
])('is not known where %s', (_, pages) => {
  expect(freshnessAtSet(pages, 'product:{id}')).toMatchObject({ state: 'unknown', reason: 'notSupported' });
});
