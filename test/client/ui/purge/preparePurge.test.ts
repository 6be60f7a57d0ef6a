import { describe, expect, it } from 'vitest';
import {
  describeLoad,
  loadBars,
  methodOptions,
  methodValue,
  parseMethod,
} from '#client/ui/purge/preparePurge.ts';
import type { LoadForecast } from '#shared/acting/loadForecast.ts';
import type { PurgeMethod } from '#shared/acting/purgeInput.ts';

const now: PurgeMethod = { how: 'now' };
const load = (more: Partial<LoadForecast> = {}): LoadForecast => ({
  currentPerSecond: 40,
  capacityPerSecond: 1_200,
  peakExtra: { perSecond: 640, atMostPerSecond: 900 },
  halfOverMs: 2_000,
  mostOverMs: 240_000,
  extraPerSecond: [4, 2, 1],
  stepMs: 5_000,
  whyUnknown: '',
  ...more,
});
const text = (more: Partial<LoadForecast> = {}, method: PurgeMethod = now) =>
  describeLoad(load(more), method).join(' ').replaceAll('\u202f', ' ').replaceAll('\u00a0', ' ');

describe('the load on the source, in words,', () => {
  it('says how much at first, how much at most, how long, and what the source stands', () => {
    expect(text()).toBe(
      'About 640/s more loads from the source in the first second, at most 900/s. ' +
        'Half of it is over after 2 s, nine tenths after 4 min. It loads 40.0/s now and stands 1,200/s.',
    );
  });

  it('of a spread purge is said of its end', () => {
    expect(text({}, { how: 'spread', overMs: 600_000 })).toContain('at the end of the span');
  });

  it('is said to be unknown, with the reason, and is no number', () => {
    const told = text({ peakExtra: null, whyUnknown: 'No metrics tell.' });
    expect(told).toBe('What this asks of the source is not known. No metrics tell.');
  });

  it('names the setting when the capacity is not declared, and no current load where none is known', () => {
    expect(text({ capacityPerSecond: null })).toContain(
      'It loads 40.0/s now. What it stands is not declared (--source-capacity).',
    );
    expect(text({ currentPerSecond: null })).toMatch(/ It stands 1,200\/s\.$/);
  });
});

it('the bars are shares of the highest, and none when nothing is read', () => {
  expect(loadBars(load())).toEqual([1, 0.5, 0.25]);
  expect(loadBars(load({ extraPerSecond: [0, 0] }))).toEqual([]);
  expect(loadBars(load({ extraPerSecond: [] }))).toEqual([]);
});

it.each<PurgeMethod>([now, { how: 'spread', overMs: 600_000 }, { how: 'spread', overMs: 123_456 }])(
  'the list of methods has %j, and gives it back',
  (method) => {
    expect(methodOptions(method).map(({ value }) => value)).toContain(methodValue(method));
    expect(parseMethod(methodValue(method))).toEqual(method);
  },
);
