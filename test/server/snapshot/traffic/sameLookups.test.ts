import { expect, test } from 'vitest';
import { SameLookups, type Teller } from '#server/snapshot/traffic/sameLookups.ts';

const CATALOG = 'http://catalog/metrics';
const CART = 'http://cart/metrics';
const PROMETHEUS = 'http://prometheus/';
const START_MS = 1_000_000;

const library: Teller = { pattern: 'product:{id}', source: 'library', service: 'catalog', instance: 'c-1' };
const passedOn: Teller = { ...library, source: 'prometheus', instance: null };

function noted(...tellers: (readonly [place: string, teller: Teller])[]): SameLookups {
  const same = new SameLookups();
  for (const [place, teller] of tellers) same.note(place, [teller], START_MS);
  return same;
}

test.each<[string, string, Teller]>([
  ['of another pattern', PROMETHEUS, { ...passedOn, pattern: 'cart:{id}' }],
  ['of another service', PROMETHEUS, { ...passedOn, service: 'cart' }],
  ['of another process', CATALOG, { ...library, instance: 'c-2' }],
  ['of a process on another page', CART, { ...library, source: 'bentocache', service: null, instance: null }],
])('counts %s are added', (_what, place, teller) => {
  const same = noted([CATALOG, library], [place, teller]);
  expect(same.isAdded(CATALOG, library, START_MS)).toBe(true);
  expect(same.isAdded(place, teller, START_MS)).toBe(true);
});

test.each<[string, string, Teller]>([
  ['what a Prometheus server passes on of the service', PROMETHEUS, passedOn],
  ['what a Prometheus server passes on without naming a service', PROMETHEUS, { ...passedOn, service: null }],
  ['the live probe of Redis', 'probe', { ...passedOn, source: 'probe', service: null }],
  ['a second convention of the same page', CATALOG, { ...library, source: 'micrometer' }],
])('of the library and %s, the library is counted', (_what, place, teller) => {
  const same = noted([place, teller], [CATALOG, library]);
  expect(same.isAdded(CATALOG, library, START_MS)).toBe(true);
  expect(same.isAdded(place, teller, START_MS)).toBe(false);
  expect(same.notAdded('product:{id}', START_MS)).toEqual([
    { source: teller.source, service: teller.service, countedBy: 'library' },
  ]);
});

test('a page is not judged by itself as it was before', () => {
  const same = noted([CATALOG, library]);
  same.note(CATALOG, [library], START_MS + 5_000);
  expect(same.isAdded(CATALOG, library, START_MS + 5_000)).toBe(true);
});

test('a source that falls silent gives way within a minute, and is forgotten', () => {
  const same = noted([CATALOG, library], [PROMETHEUS, passedOn]);
  expect(same.isAdded(PROMETHEUS, passedOn, START_MS + 60_000)).toBe(false);
  same.note(PROMETHEUS, [passedOn], START_MS + 61_000);
  expect(same.isAdded(PROMETHEUS, passedOn, START_MS + 61_000)).toBe(true);
  expect(same.notAdded('product:{id}', START_MS + 61_000)).toHaveLength(1);
  expect(same.notAdded('product:{id}', START_MS + 121_000)).toEqual([]);
  same.tidy(START_MS + 121_000);
  expect(same.isAdded(PROMETHEUS, passedOn, START_MS)).toBe(true);
});

test('a process that is read at two addresses is counted at the first, until that falls silent', () => {
  const second = 'http://10.0.0.1/metrics';
  const same = noted([CATALOG, library], [second, library]);
  expect(same.isAdded(CATALOG, library, START_MS)).toBe(true);
  expect(same.isAdded(second, library, START_MS)).toBe(false);
  same.note(second, [library], START_MS + 61_000);
  expect(same.isAdded(second, library, START_MS + 61_000)).toBe(true);
});
