import { expect, test } from 'vitest';
import { deriveLoadsByPattern } from '#server/api/overview/deriveLoadsByPattern.ts';
import type { TrafficTotals } from '#server/history/historyStore.ts';
import type { Series } from '#shared/series.ts';

function series(values: (number | null)[]): Series {
  return { fromMs: 0, stepMs: 10_000, values };
}

function record(loads: Series) {
  const empty = series([]);
  return { hits: empty, misses: empty, loads, loadMs: empty, puts: empty };
}

function totals(loads: number): TrafficTotals {
  return { hits: 0, misses: loads, loads, loadMs: 0, puts: 0, coveredMs: 20_000 };
}

test('shows the six largest and sums the rest as other, keeping gaps', () => {
  const all = new Map(Array.from({ length: 8 }, (_, index) => [`p${index}`, totals(100 - index)] as const));
  const bands = deriveLoadsByPattern(all, (pattern) =>
    pattern === null ? record(series([80, null])) : record(series([10, null])),
  );
  expect(bands.map((band) => band.pattern)).toEqual(['p0', 'p1', 'p2', 'p3', 'p4', 'p5', 'other']);
  expect(bands.at(-1)?.loads.values).toEqual([20, null]);
});

test('needs no other when there are few patterns, and leaves out those that load nothing', () => {
  const all = new Map([
    ['a', totals(5)],
    ['idle', totals(0)],
  ]);
  expect(deriveLoadsByPattern(all, () => record(series([5]))).map((band) => band.pattern)).toEqual(['a']);
});

test('what the services themselves report as other is in the one other band', () => {
  const all = new Map([
    ['other', totals(90)],
    ['a', totals(5)],
  ]);
  const bands = deriveLoadsByPattern(all, (pattern) => record(series([pattern === null ? 95 : 5])));
  expect(bands.map(({ pattern, loads }) => [pattern, loads.values])).toEqual([
    ['a', [5]],
    ['other', [90]],
  ]);
  const many = new Map<string, TrafficTotals>(
    Array.from({ length: 8 }, (_, index) => [`p${index}`, totals(9)] as const),
  );
  const names = deriveLoadsByPattern(many.set('other', totals(90)), () => record(series([9]))).map(
    ({ pattern }) => pattern,
  );
  expect(names.filter((name) => name === 'other')).toHaveLength(1);
});
