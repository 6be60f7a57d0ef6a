import { describe, expect, it } from 'vitest';
import {
  prepareDetailCharts,
  prepareFigures,
  prepareSampleFacts,
} from '#client/features/patterns/detail/preparePatternDetail.ts';
import { deriveSizeDistribution } from '#server/sources/deriveSampleParts.ts';
import { known } from '#shared/reading.ts';
import type { PatternSample } from '#shared/snapshot.ts';
import { listNowMs } from '../patternList.ts';
import { detail, FROM_MS, sample, traffic } from './patternDetail.ts';

const plain = (text: string | null | undefined) => text?.replaceAll('\u202f', ' ') ?? null;

const measured = detail({ hits: 600, misses: 400, before: { hits: 940, misses: 60 } });

describe('prepareDetailCharts', () => {
  it('keeps gaps as gaps, and knows no hit rate of a step without look-ups', () => {
    const charts = prepareDetailCharts(measured);
    expect(charts?.hitRate.series[0]?.values).toEqual([0.9, null, null]);
    expect(charts?.misses.series[0]?.values).toEqual([1, null, 0]);
  });

  it('divides by the time that was measured, so that half a step shows no dip', () => {
    const half = { ...measured.traffic.coveredMs, values: [5_000, null, 10_000] };
    const charts = prepareDetailCharts({ ...measured, traffic: { ...measured.traffic, coveredMs: half } });
    expect(charts?.misses.series[0]?.values).toEqual([2, null, 0]);
  });

  it('moves before onto the time axis of the range', () => {
    const past = traffic([50, 50, 50], [50, 50, 50], FROM_MS - 3_600_000);
    const charts = prepareDetailCharts({ ...measured, trafficBefore: past });
    expect(charts?.hitRate.before?.values).toEqual([0.5, 0.5, 0.5]);
    expect(charts?.hitRate.fromMs).toBe(FROM_MS);
  });

  it('draws no line of before when nothing was measured then', () => {
    const past = traffic([null, null, null], [null, null, null], FROM_MS - 3_600_000);
    expect(prepareDetailCharts({ ...measured, trafficBefore: past })?.hitRate.before).toBeNull();
  });

  it('is nothing at all when nothing was measured in the range', () => {
    const empty = traffic([null, null], [null, null]);
    expect(prepareDetailCharts({ ...measured, traffic: empty })).toBeNull();
  });

  it('marks the step that still runs, and no other', () => {
    expect(prepareDetailCharts(measured)?.hitRate.isLastUnfinished).toBe(false);
    const running = { ...measured, span: { fromMs: FROM_MS, toMs: listNowMs - 4_000 } };
    expect(prepareDetailCharts(running)?.hitRate.isLastUnfinished).toBe(true);
  });

  it('says in words what the curve shows', () => {
    expect(plain(prepareDetailCharts(measured)?.hitRate.summary)).toBe(
      'Hit rate 60.0 % over the range, 94.0 % before.',
    );
  });

  it('colours the curve only when it is worse than before', () => {
    expect(prepareDetailCharts(measured)?.hitRate.series[0]?.colour).toBe('verm');
    const better = detail({ hits: 940, misses: 60, before: { hits: 600, misses: 400 } });
    expect(prepareDetailCharts(better)?.hitRate.series[0]?.colour).toBe('blue');
  });
});

describe('prepareFigures', () => {
  it('shows now, before and the difference in points', () => {
    const [hit] = prepareFigures(measured);
    expect([plain(hit?.now), plain(hit?.before), plain(hit?.delta)]).toEqual([
      '60.0 %',
      '94.0 %',
      '−34.0 pp',
    ]);
    expect(hit?.isWorse).toBe(true);
  });

  it('knows nothing without metrics, and says why', () => {
    for (const figure of prepareFigures(detail(null))) {
      expect(figure).toMatchObject({ now: null, before: null, delta: null, isWorse: false });
      expect(figure.basis).toBe('No service exports look-ups of this pattern.');
    }
  });

  it('knows no hit rate without look-ups', () => {
    const [hit, lookups] = prepareFigures(detail({ hits: 0, misses: 0 }));
    expect(hit?.now).toBeNull();
    expect(plain(lookups?.now)).toBe('0/s');
  });
});

describe('prepareSampleFacts', () => {
  const values = (more: Partial<PatternSample>) =>
    Object.fromEntries(
      prepareSampleFacts(detail(null, { sample: known({ ...sample, ...more }, listNowMs, 'sample') })).map(
        ({ label, value }) => [label, plain(value)],
      ),
    );

  it('counts what was read', () => {
    expect(values({})).toMatchObject({
      Keys: '40',
      Memory: '4.0 KiB',
      'Mean entry': '102 B',
      'Size, p95': '100 B',
      Largest: '196 B',
      'Without TTL': '25.0 %',
    });
  });

  it('knows no size where Redis does not tell it', () => {
    const sizes = deriveSizeDistribution([{ bytes: null }]);
    expect(values({ bytes: null, sizes })).toMatchObject({
      Keys: '40',
      Memory: '–',
      'Mean entry': '–',
      'Size, p50': '–',
      Largest: '–',
    });
  });

  it('knows no TTL where no key has one', () => {
    const ttl = { ...sample.ttl, p50Ms: null, p90Ms: null, maxMs: null, noTtlCount: 40 };
    expect(values({ ttl })).toMatchObject({ 'TTL left, p50': '–', 'Without TTL': '100 %' });
  });

  it('says nothing of a pattern that is not in the sample', () => {
    expect(prepareSampleFacts(detail(null))).toEqual([]);
  });
});
