import { expect, it } from 'vitest';
import { prepareStages } from '#cache/warm/prepareStages.ts';

const cuts = (count: number, shares: readonly number[]) =>
  prepareStages(count, shares).map(({ fromIndex, toIndex }) => [fromIndex, toIndex]);

it.each([
  {
    count: 1_000,
    shares: [0.01, 0.1, 1],
    expected: [
      [0, 10],
      [10, 100],
      [100, 1_000],
    ],
  },
  {
    count: 100,
    shares: [0.07, 1],
    expected: [
      [0, 7],
      [7, 100],
    ],
  },
  {
    count: 30,
    shares: [0.01, 0.1, 1],
    expected: [
      [0, 1],
      [1, 3],
      [3, 30],
    ],
  },
  { count: 1, shares: [0.01, 0.1, 1], expected: [[0, 1]] },
  { count: 0, shares: [0.01, 0.1, 1], expected: [] },
  { count: 200, shares: [0.1], expected: [[0, 20]] },
])('cuts $count entries at $shares', ({ count, shares, expected }) => {
  expect(cuts(count, shares)).toEqual(expected);
});

it('numbers the stages that there are from 1', () => {
  expect(prepareStages(5, [0.01, 0.1, 1]).map(({ number }) => number)).toEqual([1, 2]);
});
