import { expect, it } from 'vitest';
import { forecastWarm } from '#server/jobs/warm/forecastWarm.ts';
import { exact } from '#shared/statistics.ts';

const known = { currentPerSecond: 12, capacityPerSecond: 400 };

it('is the rate until everything is loaded, and nothing after', () => {
  const load = forecastWarm({ loadCount: exact(620), perSecond: 50, ...known });
  expect(load).toEqual({
    ...{ ...known, stepMs: 5_000, whyUnknown: '', halfOverMs: 6_200, mostOverMs: 11_160 },
    peakExtra: { perSecond: 50, atMostPerSecond: 50 },
    extraPerSecond: [50, 50, 24, 0, 0],
  });
});

it('of a long run has few steps, which hold as many loads', () => {
  const { extraPerSecond, stepMs } = forecastWarm({ loadCount: exact(1_000_000), perSecond: 50, ...known });
  expect(extraPerSecond.length).toBeLessThanOrEqual(360);
  const loads = extraPerSecond.reduce((sum, perSecond) => sum + (perSecond * stepMs) / 1_000, 0);
  expect(loads).toBeCloseTo(1_000_000);
  expect(extraPerSecond.at(-1)).toBe(0);
});
