import { expect, it } from 'vitest';
import { SourceLoads } from '#server/snapshot/traffic/sourceLoads.ts';
import type { TrafficIncrement } from '#server/sources/metrics/trafficIncrement.ts';
import { NO_TRAFFIC } from '#shared/traffic/trafficCounts.ts';

function counted(more: Partial<TrafficIncrement>): TrafficIncrement {
  return {
    ...NO_TRAFFIC,
    ...{ pattern: 'p:{id}', identity: 'pattern', source: 'library' },
    ...{ service: 's', instance: null, version: null },
    ...more,
  };
}

it('knows nothing before a whole step is covered, and then sums all places', () => {
  const loads = new SourceLoads();
  expect(loads.vitals()).toBeNull();
  loads.add('a', { fromMs: 101_000, toMs: 104_000 }, [counted({ loads: 30, loadMs: 90 })]);
  loads.add('b', { fromMs: 102_000, toMs: 106_000 }, [counted({ loads: 40, loadMs: 400 })]);
  // The first place has not got so far.
  expect(loads.steps(100_000, 110_000)).toEqual([]);
  loads.add('a', { fromMs: 104_000, toMs: 108_000 }, [counted({ loads: 40, loadMs: 120 })]);
  // 40 of the first place and 30 of the second fell into 100 to 105 s.
  expect(loads.vitals()).toEqual({ atMs: 105_000, loadsPerSecond: 14, loadMs: (120 + 300) / 70 });
  expect(loads.steps(100_000, 110_000)).toEqual([{ atMs: 100_000, perSecond: 14 }]);
});

it('tells what is loaded now by the newest three whole steps, or as many as there are', () => {
  const loads = new SourceLoads();
  const add = (fromMs: number, count: number) =>
    loads.add('a', { fromMs, toMs: fromMs + 5_000 }, [counted({ loads: count })]);
  expect(loads.recentPerSecond()).toBeNull();
  add(103_000, 500);
  add(108_000, 60);
  // Up to 110 s; the step from 100 s was seen in part.
  expect(loads.recentPerSecond()).toBeCloseTo(((3 / 5) * 500 + 24) / 5);
  add(113_000, 60);
  add(118_000, 60);
  // Up to 120 s.
  expect(loads.recentPerSecond()).toBeCloseTo(((3 / 5) * 500 + 60 * 2 + 24) / 15);
  add(123_000, 0);
  expect(loads.recentPerSecond()).toBeCloseTo((60 * 2 + 36) / 15);
});

it('takes each miss for a load where a service does not count loads, and not where it does', () => {
  const loads = new SourceLoads();
  loads.add('a', { fromMs: 100_000, toMs: 105_000 }, [counted({ misses: 50 })]);
  loads.add('b', { fromMs: 100_000, toMs: 105_000 }, [counted({ misses: 70, loads: 20, loadMs: 20 })]);
  expect(loads.vitals()).toMatchObject({ loadsPerSecond: 14, loadMs: 20 / 70 });
});

it('does not wait for a place that is far behind or gone, and leaves a gap where none counted', () => {
  const loads = new SourceLoads();
  loads.add('a', { fromMs: 100_000, toMs: 105_000 }, [counted({ loads: 5 })]);
  loads.add('b', { fromMs: 100_000, toMs: 105_000 }, [counted({ loads: 5 })]);
  loads.add('a', { fromMs: 110_000, toMs: 115_000 }, [counted({ loads: 10 })]);
  expect(loads.vitals()?.atMs).toBe(105_000);
  loads.setPlaces(new Set(['a']));
  expect(loads.vitals()).toMatchObject({ atMs: 115_000, loadsPerSecond: 2 });
  expect(loads.steps(100_000, 200_000).map(({ perSecond }) => perSecond)).toEqual([2, null, 2]);
});

it('says nothing of how long a load takes when hardly one ended', () => {
  const loads = new SourceLoads();
  loads.add('a', { fromMs: 100_000, toMs: 105_000 }, [counted({ loads: 4, loadMs: 400 })]);
  expect(loads.vitals()).toMatchObject({ loadsPerSecond: 0.8, loadMs: null });
});
