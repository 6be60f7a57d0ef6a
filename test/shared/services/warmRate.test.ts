import { expect, it } from 'vitest';
import { safeRateOf, safeRateText } from '#shared/services/warmRate.ts';

it('a rate that would do is read as it was told, in whole loads', () => {
  expect(safeRateText(50.9)).toBe('At most 50 a second would do.');
  expect(safeRateOf(`Too much. ${safeRateText(12_345_678)}`)).toBe(12_345_678);
});

it('without room there is none', () => {
  expect(safeRateOf(safeRateText(0.9))).toBeNull();
  expect(safeRateOf(safeRateText(-20))).toBeNull();
});
