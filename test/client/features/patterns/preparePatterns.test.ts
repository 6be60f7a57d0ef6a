import { describe, expect, it } from 'vitest';
import {
  prepareFooter,
  preparePatterns,
  prepareWhyUnknown,
} from '#client/features/patterns/preparePatterns.ts';
import { packRatios } from '#shared/ratioText.ts';
import { known } from '#shared/reading.ts';
import type { MetricsSource, SampleSummary } from '#shared/snapshot.ts';
import { exact } from '#shared/statistics.ts';
import { metricsSource } from '#test/support/metrics/metricsSource.ts';
import { listNowMs, patternList, tableRow } from './patternList.ts';

const plain = (text: string) => text.replaceAll('\u202f', ' ');

function source(state: MetricsSource['state']): MetricsSource {
  return metricsSource({ url: 'http://catalog:9100/metrics', state, detail: 'refused' });
}

function summary(more: Partial<SampleSummary>): SampleSummary {
  const ttl = { bucketCounts: [], noTtlCount: 0, sampledCount: 0, p50Ms: null, p90Ms: null, maxMs: null };
  const forecast = {
    fromMs: 0,
    stepMs: 10_000,
    keyCounts: [],
    sampledCount: 0,
    keysPerSample: 1,
    isExact: true,
  };
  return {
    startedAtMs: listNowMs - 14_000,
    endedAtMs: listNowMs - 12_000,
    sampledCount: 10_000,
    keyCount: 1_200_000,
    isComplete: false,
    patternCount: 2,
    ttl,
    forecast10s: forecast,
    forecast1min: forecast,
    bytes: exact(1),
    shareErrorPoints: 0.8,
    ...more,
  };
}

describe('preparePatterns', () => {
  it.each([
    ['a fall past the noise is worse', { hits: 600, misses: 400, before: { hits: 940, misses: 60 } }, true],
    [
      'a fall within the intervals is not',
      { hits: 175, misses: 25, before: { hits: 185, misses: 15 } },
      false,
    ],
    [
      'misses that double above 99 % are worse though the rate falls by less than 2 points',
      { hits: 98_500, misses: 1_500, before: { hits: 99_500, misses: 500 } },
      true,
    ],
    [
      'a sure fall of a point at 50 % is not worth a colour',
      { hits: 49_000, misses: 51_000, before: { hits: 50_000, misses: 50_000 } },
      false,
    ],
    ['a rise is not worse', { hits: 940, misses: 60, before: { hits: 600, misses: 400 } }, false],
    ['nothing to compare with is not worse', { hits: 1, misses: 900 }, false],
  ])('%s', (_claim, facts, isWorse) => {
    const [row] = preparePatterns(patternList([tableRow('product:{id}', facts)]));
    expect(row?.isWorse).toBe(isWorse);
  });

  it('calls a pattern new when others were measured before and it was not', () => {
    const rows = preparePatterns(
      patternList([
        tableRow('product:{locale}:{id}', { hits: 1, misses: 99 }),
        tableRow('price:{id}', { hits: 99, misses: 1, before: { hits: 99, misses: 1 } }),
      ]),
    );
    expect(rows.map((row) => row.isNew)).toEqual([true, false]);
  });

  it('calls nothing new when nothing at all was measured before', () => {
    const rows = preparePatterns(patternList([tableRow('price:{id}', { hits: 99, misses: 1 })]));
    expect(rows[0]?.isNew).toBe(false);
  });

  it('tells a renamed pattern by what came and what went, without a span before', () => {
    const steps = (from: number, to: number) =>
      packRatios(Array.from({ length: 10 }, (_, at) => (at >= from && at < to ? 0.9 : null)));
    const busy = { hits: 5_400, misses: 600 };
    const named = [
      tableRow('price:{id}', busy, { spark: steps(0, 10) }),
      tableRow('product:{id}', busy, { spark: steps(0, 7) }),
      tableRow('product:{locale}:{id}', busy, { spark: steps(7, 10) }),
      tableRow('late by a scrape', busy, { spark: steps(1, 9) }),
      tableRow('quiet:{id}', { hits: 1, misses: 1 }, { spark: steps(5, 6) }),
    ];
    const rows = preparePatterns(patternList(named));
    expect(rows.map(({ isNew }) => isNew)).toEqual([false, false, true, false, false]);
    expect(rows.map(({ life }) => life.wentAtMs)).toEqual([null, listNowMs - 180_000, null, null, null]);
    expect(rows[2]?.life.cameAtMs).toBe(listNowMs - 180_000);
  });

  it('keeps what is not known null and holds the reason', () => {
    const [row] = preparePatterns(patternList([tableRow('rl:{ip}', null)]));
    expect(row).toMatchObject({
      hit: null,
      lookupsPerSecond: null,
      missesPerSecond: null,
      extraMissesPerSecond: null,
      from: 'unknown',
      trafficReason: 'No service exports look-ups of this pattern.',
      sampleReason: '',
      sizeFrom: null,
    });
  });

  it('takes the sizes that metrics tell where there is no sample, with who tells them', () => {
    const told = known({ keyCount: 12, bytes: null }, 7, 'redis_exporter');
    const [row] = preparePatterns(patternList([tableRow('user', null, { sample: null, told })]));
    expect(row).toMatchObject({ keyCount: exact(12), bytes: null, sizeFrom: { from: 'redis_exporter' } });
  });

  it('knows no hit rate without look-ups, although the traffic is known', () => {
    const [row] = preparePatterns(patternList([tableRow('idle:{id}', { hits: 0, misses: 0 })]));
    expect(row).toMatchObject({ hit: null, lookupsPerSecond: 0, isNew: false });
  });
});

describe('prepareFooter', () => {
  it('names the sample, its error and age, and the look-ups of ours', () => {
    const list = patternList([tableRow('a', null), tableRow('b', null)], {
      sample: known(summary({}), listNowMs, 'sample'),
      nodes: [
        { id: 'a', ownLookupsPerSecond: 1_000 },
        { id: 'b', ownLookupsPerSecond: 204 },
      ],
    });
    expect(prepareFooter(list, 2, listNowMs).map(plain)).toEqual([
      '2 patterns',
      'sizes from a sample of 10,000 keys of 1.2M, ± 0.8 points, 12 s old',
      'own look-ups removed: 1,204/s',
    ]);
  });

  it('claims no rate of own look-ups while one node does not know it', () => {
    const nodes = [
      { id: 'a', ownLookupsPerSecond: 5 },
      { id: 'b', ownLookupsPerSecond: null },
    ];
    expect(prepareFooter(patternList([], { nodes }), 0, listNowMs)).toContain(
      'own look-ups removed: not known',
    );
  });

  it('claims no error when every key was read', () => {
    const sample = known(summary({ isComplete: true, sampledCount: 212 }), listNowMs, 'sample');
    const list = patternList([tableRow('a', null)], { sample });
    expect(prepareFooter(list, 0, listNowMs).map(plain).slice(0, 2)).toEqual([
      '0 of 1 pattern',
      'sizes from all 212 keys, 12 s old',
    ]);
  });
});

describe('prepareWhyUnknown', () => {
  const rows = [tableRow('rl:{ip}', null)];

  it('says nothing as soon as one pattern is known', () => {
    expect(prepareWhyUnknown(patternList([...rows, tableRow('a', { hits: 1, misses: 0 })]))).toBeNull();
  });

  it.each([
    ['no source given', [], 'no service exports its look-ups'],
    ['one source down', [source('down')], 'the metrics source does not answer'],
    ['all sources down', [source('down'), source('down')], 'none of 2 metrics sources answers'],
    ['sources not read yet', [source('pending')], 'not known yet'],
    ['sources up and silent', [source('up'), source('down')], 'not known in this range'],
  ])('%s', (_case, metricsSources, title) => {
    expect(prepareWhyUnknown(patternList(rows, { metricsSources }))?.title).toContain(title);
  });
});
