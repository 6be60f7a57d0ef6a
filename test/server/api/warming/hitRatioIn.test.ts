import { expect, it } from 'vitest';
import { hitRatioIn } from '#server/api/warming/hitRatioIn.ts';

const span = { fromMs: 0, toMs: 60_000 };

function ratioOf(counts: Readonly<Record<string, readonly [hits: number, misses: number]>>) {
  const totals = new Map(
    Object.entries(counts).map(([pattern, [hits, misses]]) => [
      pattern,
      { hits, misses, loads: 0, loadMs: 0, puts: 0, coveredMs: 60_000 },
    ]),
  );
  const history = { trafficTotals: () => totals };
  return hitRatioIn({ history, targetId: 'default' }, span, (pattern) => pattern.startsWith('shop:'));
}

it('is that of all patterns that are meant together', () => {
  expect(ratioOf({ 'shop:a': [90, 10], 'shop:b': [0, 100], 'other:a': [500, 0] })).toEqual({
    ...{ state: 'known', value: 0.45, atMs: 60_000, from: 'metrics of the services' },
  });
});

it.each([
  ['nothing was measured', {}, 'No metrics'],
  ['only others were', { 'other:a': [500, 0] }, 'No metrics'],
  ['they were idle', { 'shop:a': [0, 0] }, 'Only 0 look-ups'],
  ['there were few look-ups', { 'shop:a': [10, 9] }, 'Only 19 look-ups'],
] as const)('is not known, and not 0, where %s', (_, counts, why) => {
  expect(ratioOf(counts)).toMatchObject({ state: 'unknown', detail: expect.stringContaining(why) });
});
