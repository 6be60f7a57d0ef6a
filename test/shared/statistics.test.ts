import { describe, expect, it } from 'vitest';
import { poisson, wilson } from '#shared/statistics.ts';

describe('poisson', () => {
  it.each([
    [0, 0, 3.84],
    [1, 0.18, 5.66],
    [10, 5.43, 18.41],
    [100, 82.22, 121.62],
  ])('%d events are between %d and %d', (count, low, high) => {
    const interval = poisson(count);
    expect(interval.low).toBeCloseTo(low, 1);
    expect(interval.high).toBeCloseTo(high, 1);
  });

  it('is what wilson becomes for a rare event among very many trials', () => {
    const share = wilson(10, 10_000_000);
    expect((share?.low ?? 0) * 10_000_000).toBeCloseTo(poisson(10).low, 3);
    expect((share?.high ?? 0) * 10_000_000).toBeCloseTo(poisson(10).high, 3);
  });
});
