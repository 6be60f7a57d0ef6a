import { describe, expect, it } from 'vitest';
import { chooseMethod, isOverload } from '#server/jobs/purge/forecast/chooseMethod.ts';
import { forecastLoad } from '#server/jobs/purge/forecast/forecastLoad.ts';
import type { LoadForecast } from '#shared/acting/loadForecast.ts';
import type { PatternSnapshot } from '#shared/snapshot.ts';
import { measuredPattern } from '#test/support/patterns/measuredPattern.ts';

const now = { how: 'now' } as const;

function forecast(counts: Readonly<Record<string, number>>, patterns: readonly PatternSnapshot[]) {
  return forecastLoad(new Map(Object.entries(counts)), now, {
    patterns,
    currentPerSecond: 9,
    capacityPerSecond: null,
  });
}

describe('the forecast', () => {
  it('gives a part of a pattern its share of the hits, and says what it is at most', () => {
    const told = forecast({ 'p:{id}': 250 }, [
      measuredPattern('p:{id}', { hitsPerSecond: 100, keyCount: 1_000 }),
    ]);
    expect(told.peakExtra?.perSecond).toBeCloseTo(25);
    expect(told.peakExtra?.atMostPerSecond).toBeCloseTo(100);
    expect(told.whyUnknown).toBe('');
  });

  it('counts only what Redis answers, where copies in the memory of services stay', () => {
    const measured = { hitsPerSecond: 100, l2HitsPerSecond: 8, keyCount: 10 };
    const ofOthers = forecast({ 'p:{id}': 10 }, [measuredPattern('p:{id}', measured)]);
    expect(ofOthers.peakExtra?.perSecond).toBeCloseTo(8);
    // Services with our library hear of a removal and drop their copies, but not of an expiry.
    const ours = [measuredPattern('p:{id}', { ...measured, sources: ['library'] })];
    expect(forecast({ 'p:{id}': 10 }, ours).peakExtra?.perSecond).toBeCloseTo(100);
    const spread = { how: 'spread', overMs: 10_000 } as const;
    const spreadOurs = forecastLoad(new Map([['p:{id}', 10]]), spread, {
      patterns: ours,
      currentPerSecond: 9,
      capacityPerSecond: null,
    });
    expect(spreadOurs.peakExtra?.perSecond).toBeLessThan(8);
  });

  it('sums patterns, beside what is loaded now', () => {
    const told = forecast({ 'a:{id}': 10, 'b:{id}': 20 }, [
      measuredPattern('a:{id}', { hitsPerSecond: 30, keyCount: 10 }),
      measuredPattern('b:{id}', { hitsPerSecond: 50, keyCount: 20 }),
      measuredPattern('c:{id}', { hitsPerSecond: 1_000, keyCount: 20 }),
    ]);
    expect(told.peakExtra?.perSecond).toBeCloseTo(80);
    expect(told.currentPerSecond).toBe(9);
    const reloads = told.extraPerSecond.reduce((sum, mean) => sum + (mean * told.stepMs) / 1_000, 0);
    expect(reloads).toBeGreaterThan(29);
    expect(reloads).toBeLessThanOrEqual(30 + 1e-9);
    expect(told.halfOverMs).toBeLessThan(told.mostOverMs ?? 0);
  });

  it('is unknown, and says whose metrics are missing, when one of the patterns is not measured', () => {
    const told = forecast({ 'a:{id}': 10, 'b:{id}': 1 }, [
      measuredPattern('a:{id}', { hitsPerSecond: 1, keyCount: 10 }),
    ]);
    expect(told).toMatchObject({ peakExtra: null, halfOverMs: null, extraPerSecond: [] });
    expect(told.whyUnknown).toContain('b:{id}');
  });

  it('of a spread purge stays below keys over time', () => {
    const patterns = [measuredPattern('p:{id}', { hitsPerSecond: 1_000, keyCount: 6_000 })];
    const method = { how: 'spread', overMs: 600_000 } as const;
    const told = forecastLoad(new Map([['p:{id}', 6_000]]), method, {
      patterns,
      currentPerSecond: null,
      capacityPerSecond: null,
    });
    expect(told.peakExtra?.perSecond).toBeLessThanOrEqual(10);
    expect(told.peakExtra?.perSecond).toBeGreaterThan(8);
    expect(Math.max(...told.extraPerSecond)).toBeLessThanOrEqual(10);
  });
});

describe('the method', () => {
  const load = (perSecond: number | null, capacityPerSecond: number | null): LoadForecast => ({
    ...{ currentPerSecond: 100, capacityPerSecond, halfOverMs: null, mostOverMs: null },
    peakExtra: perSecond === null ? null : { perSecond, atMostPerSecond: perSecond },
    ...{ extraPerSecond: [], stepMs: 5_000, whyUnknown: '' },
  });

  it.each<[string, LoadForecast, string]>([
    ['nobody knows what it asks', load(null, 1_000), 'now'],
    ['it takes little of the headroom', load(150, 1_000), 'now'],
    ['it takes more than a fifth of it', load(200, 1_000), 'spread'],
    ['the capacity is not declared and it would be felt', load(201, null), 'spread'],
    ['the capacity is not declared and it would not', load(199, null), 'now'],
  ])('where %s', (_case, told, how) => {
    expect(chooseMethod(told, 9_000).method.how).toBe(how);
  });

  it('spreads so that half of the headroom is taken, within bounds', () => {
    expect(chooseMethod(load(5_000, 1_000), 90_000).method).toEqual({ how: 'spread', overMs: 200_000 });
    expect(chooseMethod(load(5_000, 1_000), 10).method).toEqual({ how: 'spread', overMs: 60_000 });
    expect(chooseMethod(load(5_000, 100), 90_000_000).method).toEqual({ how: 'spread', overMs: 86_400_000 });
  });

  it('is refused above four fifths of the capacity, together with what is loaded now', () => {
    expect(isOverload(load(700, 1_000))).toBe(false);
    expect(isOverload(load(701, 1_000))).toBe(true);
    expect(isOverload(load(null, 1_000))).toBe(false);
    expect(isOverload(load(1_000_000, null))).toBe(false);
  });
});
