import { expect, test } from 'vitest';
import { medianOf } from '#bench/medianOf.ts';

test.each([
  [[3, 1, 2], 2],
  [[4, 1, 3, 2], 2.5],
  [[7], 7],
])('the median of %j is %d', (values, median) => {
  expect(medianOf(values)).toBe(median);
});

test('the median of nothing is not a number', () => {
  expect(medianOf([])).toBeNaN();
});
