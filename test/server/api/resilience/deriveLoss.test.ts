import { expect, test } from 'vitest';
import { deriveLoss } from '#server/api/resilience/deriveLoss.ts';

const span = { fromMs: 0, toMs: 3_600_000 };
const totals = (hits: number, misses: number, coveredMs = 1_000_000) => ({
  ...{ hits, misses, loads: 0, loadMs: 0, puts: 0, coveredMs },
});

test('19 of 20 look-ups that hit mean 20 times the load', () => {
  const loss = deriveLoss(
    new Map([
      ['a', totals(9_000, 400)],
      ['b', totals(500, 100)],
    ]),
    span,
  );
  expect(loss).toMatchObject({
    state: 'known',
    value: { hitRatio: 0.95, multiplier: 20, isAtLeast: false, lookupsPerSecond: 10, loadsPerSecond: 0.5 },
  });
});

test('without a miss it is at least as many times as there were look-ups', () => {
  const loss = deriveLoss(new Map([['a', totals(400, 0)]]), span);
  expect(loss).toMatchObject({ value: { multiplier: 400, isAtLeast: true, loadsPerSecond: 0 } });
});

test('it is not known without services, and with few look-ups', () => {
  expect(deriveLoss(new Map(), span)).toMatchObject({ state: 'unknown', reason: 'notConfigured' });
  expect(deriveLoss(new Map([['a', totals(50, 1)]]), span)).toMatchObject({ reason: 'notEnoughData' });
});
