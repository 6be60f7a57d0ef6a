import { expect, test } from 'vitest';
import { deriveDifferences } from '#server/api/overview/deriveDifferences.ts';
import type { TrafficTotals } from '#server/history/historyStore.ts';

function totals(hits: number, misses: number, coveredMs = 60_000): TrafficTotals {
  return { hits, misses, loads: misses, loadMs: 0, puts: misses, coveredMs };
}

const ofOneService = () => ['shop'];

test('ranks patterns by extra misses a second, worst first', () => {
  const now = new Map([
    ['calm', totals(900, 100)],
    ['worse', totals(100, 900)],
  ]);
  const before = new Map([
    ['calm', totals(900, 100)],
    ['worse', totals(940, 60)],
  ]);
  const [first, second] = deriveDifferences(now, before, ofOneService);
  expect(first).toMatchObject({
    pattern: 'worse',
    hitRatio: 0.1,
    hitRatioBefore: 0.94,
    extraMissesPerSecond: 14,
  });
  expect(second).toMatchObject({ pattern: 'calm', extraMissesPerSecond: 0 });
});

test.each<[string, (pattern: string) => readonly string[]]>([
  ['a service that was measured before', ofOneService],
  ['a place that does not say which service it is', () => []],
])('counts a new pattern of %s from zero', (_, servicesOf) => {
  const differences = deriveDifferences(
    new Map([['new', totals(0, 60)]]),
    new Map([['old', totals(1, 0)]]),
    servicesOf,
  );
  expect(differences).toEqual([
    expect.objectContaining({
      pattern: 'new',
      hitRatioBefore: null,
      missesPerSecondBefore: 0,
      extraMissesPerSecond: 1,
    }),
  ]);
});

test('does not count a pattern from zero whose service was not measured before, although others were', () => {
  const services = new Map([
    ['cart', ['cart']],
    ['product', ['catalog']],
    ['shared', ['cart', 'catalog']],
  ]);
  const now = new Map([
    ['cart', totals(5, 5)],
    ['product', totals(0, 600)],
    ['shared', totals(0, 600)],
  ]);
  const before = new Map([['cart', totals(5, 5)]]);
  const differences = deriveDifferences(now, before, (pattern) => services.get(pattern) ?? []);
  expect(differences.map(({ pattern }) => pattern)).toEqual(['cart']);
});

test('does not take one named service for the past of a place without a name', () => {
  const services = (pattern: string) => (pattern === 'cart' ? ['cart'] : []);
  const now = new Map([['unnamed', totals(0, 600)]]);
  expect(deriveDifferences(now, new Map([['cart', totals(5, 5)]]), services)).toEqual([]);
});

test('leaves out a pattern that is not measured now, rather than saying that it misses less', () => {
  const before = new Map([
    ['a', totals(5, 5)],
    ['gone', totals(5, 500)],
  ]);
  const differences = deriveDifferences(new Map([['a', totals(5, 5)]]), before, ofOneService);
  expect(differences.map(({ pattern }) => pattern)).toEqual(['a']);
});

test('compares rates over what was measured of each pattern, however much that was', () => {
  const now = new Map([['a', totals(0, 60, 10_000)]]);
  const before = new Map([['a', totals(0, 120, 60_000)]]);
  expect(deriveDifferences(now, before, ofOneService)[0]).toMatchObject({
    missesPerSecond: 6,
    missesPerSecondBefore: 2,
    extraMissesPerSecond: 4,
  });
});

test('says nothing when the span before was not measured', () => {
  const now = new Map([['a', totals(1, 1)]]);
  expect(deriveDifferences(now, new Map(), ofOneService)).toEqual([]);
  expect(deriveDifferences(now, new Map([['a', totals(0, 0, 0)]]), ofOneService)).toEqual([]);
});
