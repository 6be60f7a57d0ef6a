import { expect, it } from 'vitest';
import { JobLoads } from '#server/jobs/purge/forecast/jobLoads.ts';
import type { LoadForecast } from '#shared/acting/loadForecast.ts';

const forecast: LoadForecast = {
  ...{ currentPerSecond: 10, capacityPerSecond: null, halfOverMs: 1, mostOverMs: 2, whyUnknown: '' },
  peakExtra: { perSecond: 5, atMostPerSecond: 6 },
  ...{ extraPerSecond: [5, 1], stepMs: 10_000 },
};

it('gives what was measured from the start of a purge for as long as its forecast goes', () => {
  const asked: [number, number][] = [];
  const loads = new JobLoads({
    steps(fromMs, toMs) {
      asked.push([fromMs, toMs]);
      return [{ atMs: 105_000, perSecond: 14 }];
    },
  });
  expect(loads.of('job')).toBeNull();
  loads.note('job', 101_000, forecast);
  expect(loads.of('job')).toEqual({
    ...{ startedAtMs: 101_000, forecast, untilMs: 121_000, stepMs: 5_000 },
    measured: [{ atMs: 105_000, perSecond: 14 }],
  });
  expect(asked).toEqual([[101_000, 121_000]]);
});

it('gives nothing that was loaded later than a step after the end of a job which has no loads afterwards', () => {
  const loads = new JobLoads({
    steps: (fromMs, toMs) =>
      [105_000, 110_000, 115_000, 120_000]
        .filter((atMs) => atMs >= fromMs && atMs <= toMs)
        .map((atMs) => ({ atMs, perSecond: 14 })),
  });
  loads.note('job', 101_000, forecast);
  loads.noteEnd('job', 106_000);
  const load = loads.of('job');
  expect(load?.untilMs).toBe(111_000);
  expect(load?.measured.map(({ atMs }) => atMs)).toEqual([105_000, 110_000]);
  loads.noteEnd('job', 140_000);
  expect(loads.of('job')?.untilMs).toBe(121_000);
  loads.noteEnd('unknown', 106_000);
  expect(loads.of('unknown')).toBeNull();
});

it('forgets the oldest past fifty', () => {
  const loads = new JobLoads({ steps: () => [] });
  for (let index = 0; index <= 50; index += 1) loads.note(`job ${index}`, 0, forecast);
  expect(loads.of('job 0')).toBeNull();
  expect(loads.of('job 1')).not.toBeNull();
});
