import { expect, test } from 'vitest';
import { hitInterval } from '#client/features/patterns/detail/hitInterval.ts';
import { prepareDetailCharts } from '#client/features/patterns/detail/preparePatternDetail.ts';
import { detail, FROM_MS, traffic } from './patternDetail.ts';

test('the interval of each step is as wide as its look-ups are few, and a gap where there are none', () => {
  const { hits, misses } = traffic([900, 9, null, 0], [100, 1, null, 0]);
  const { low, high } = hitInterval(hits, misses);
  expect(low[0]).toBeCloseTo(0.88, 2);
  expect(high[0]).toBeCloseTo(0.917, 2);
  expect(low[1]).toBeCloseTo(0.596, 2);
  expect(high[1]).toBeCloseTo(0.982, 2);
  expect([low, high].map((side) => side.slice(2))).toEqual([
    [null, null],
    [null, null],
  ]);
});

test('the curve has it as its band, unless wide steps hide more', () => {
  const measured = detail({ hits: 600, misses: 400 });
  expect(prepareDetailCharts(measured)?.hitRate.band?.label).toBe('95 % interval');
  const series = { fromMs: FROM_MS, stepMs: 10_000, values: [0.5, null, null] };
  const hidden = { low: series, high: series };
  const extremes = {
    ...{ finerStepMs: 10_000, hitRatio: hidden, lookupsPerSecond: hidden },
    ...{ missesPerSecond: hidden, loadsPerSecond: hidden },
  };
  expect(prepareDetailCharts({ ...measured, extremes })?.hitRate.band?.low).toEqual([0.5, null, null]);
});
