import { expect, test } from 'vitest';
import { summariseSamples } from '#bench/library/report/summariseSamples.ts';

test('each figure is the median of its samples', () => {
  const samples = [
    { perSecond: 10, callMs: 3 },
    { perSecond: 30, callMs: 1 },
    { perSecond: 20, callMs: 2 },
  ];
  expect(summariseSamples(samples)).toEqual({ perSecond: 20, callMs: 2 });
});

test('without a sample there is no figure', () => {
  expect(summariseSamples([])).toBeNull();
});
