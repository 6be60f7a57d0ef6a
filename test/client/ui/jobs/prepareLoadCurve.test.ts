import { expect, it } from 'vitest';
import { prepareLoadCurve, preparePlanCurve } from '#client/ui/jobs/prepareLoadCurve.ts';
import type { JobLoad } from '#shared/acting/jobLoad.ts';

const load: JobLoad = {
  ...{ startedAtMs: 100_000, untilMs: 120_000 },
  forecast: {
    ...{ currentPerSecond: 20, capacityPerSecond: 200, halfOverMs: 1, mostOverMs: 2, whyUnknown: '' },
    peakExtra: { perSecond: 80, atMostPerSecond: 90 },
    ...{ extraPerSecond: [80, 20], stepMs: 10_000 },
  },
  measured: [
    { atMs: 100_000, perSecond: 90 },
    { atMs: 105_000, perSecond: null },
    { atMs: 110_000, perSecond: 50 },
  ],
  stepMs: 5_000,
};

it('puts the forecast with what is loaded anyway, and the middle of each measured step, on one scale', () => {
  const model = prepareLoadCurve(load, 110_000);
  expect(model?.forecast).toEqual([
    { x: 0, y: 0.5 },
    { x: 0.5, y: 0.5 },
    { x: 0.5, y: 0.2 },
    { x: 1, y: 0.2 },
  ]);
  expect(model?.measured).toEqual([[{ x: 0.125, y: 0.45 }], [{ x: 0.625, y: 0.25 }]]);
  expect(model?.capacityY).toBe(1);
  expect(model?.text).toBe(
    'Loads from the source: forecast 100/s at the most, measured 90.0/s at the most, of 200/s that it stands.',
  );
});

it('says that nothing is measured yet, and draws nothing without a forecast', () => {
  expect(prepareLoadCurve({ ...load, measured: [] }, 125_000)?.text).toContain('nothing measured yet');
  const unknown = { ...load.forecast, peakExtra: null, extraPerSecond: [], whyUnknown: 'No metrics.' };
  expect(prepareLoadCurve({ ...load, forecast: unknown }, 110_000)).toBeNull();
});

it('says that nothing was measured once nothing can be any more', () => {
  const text = prepareLoadCurve({ ...load, measured: [] }, 140_000)?.text;
  expect(text).toBe(
    'Loads from the source: forecast 100/s at the most, nothing was measured, of 200/s that it stands.',
  );
});

it('of a plan is the forecast alone, with where its stages end', () => {
  const model = preparePlanCurve(load.forecast, [5_000, 10_000, 20_000]);
  expect(model).toMatchObject({ measured: [], isMeasured: false, boundaries: [0.25, 0.5], capacityY: 1 });
  expect(model?.text).toBe('Loads from the source: 100/s at the most, of 200/s that it stands.');
  expect(preparePlanCurve({ ...load.forecast, currentPerSecond: null }, [])).toBeNull();
});
