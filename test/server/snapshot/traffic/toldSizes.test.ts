import { expect, test } from 'vitest';
import { toldSizes } from '#server/snapshot/traffic/toldSizes.ts';
import { parseTrafficCounters } from '#server/sources/metrics/parseTrafficCounters.ts';
import { parseExposition } from '#server/sources/parseExposition.ts';

const page = (text: string, patterns = new Map<string, string>()) =>
  toldSizes(parseTrafficCounters(parseExposition(text).samples, { patterns }).series.values(), 5);

const exporter = [
  'redis_key_group_count{db="db0",key_group="user"} 20',
  'redis_key_group_count{db="db3",key_group="user"} 5',
  'redis_key_group_memory_usage_bytes{db="db0",key_group="user"} 1280',
  'redis_key_group_count{db="db0",key_group="cart"} 0',
  'redis_keyspace_hits_total 9',
  '',
].join('\n');

test('gives the keys and bytes of each group, summed over databases, with who tells them', () => {
  expect([...page(exporter)]).toEqual([
    ['user', { state: 'known', value: { keyCount: 25, bytes: 1_280 }, atMs: 5, from: 'redis_exporter' }],
    ['cart', { state: 'known', value: { keyCount: 0, bytes: null }, atMs: 5, from: 'redis_exporter' }],
  ]);
});

test('names a group by the pattern that the configuration says', () => {
  expect([...page(exporter, new Map([['user', 'user:{id}']])).keys()]).toEqual(['user:{id}', 'cart']);
});

test('takes no entries in the memory of a process for keys in Redis', () => {
  expect(page('cache_size{cache="users"} 12\n').size).toBe(0);
  expect(page('cache_size{cache="users"} 12\n', new Map([['users', 'user:{id}']])).size).toBe(0);
});

test('keeps 1,000 groups at most', () => {
  const lines = Array.from({ length: 1_200 }, (_, at) => `redis_key_group_count{key_group="g${at}"} 1\n`);
  expect(page(lines.join('')).size).toBe(1_000);
});
