import { describe, expect, test } from 'vitest';
import { faultAdvice } from '#client/features/sources/faultAdvice.ts';
import { prepareSources, sourceOrder } from '#client/features/sources/prepareSources.ts';
import type { MetricsFinder } from '#shared/scrape/metricsFinder.ts';
import { scrapeFaults } from '#shared/scrape/scrapeFault.ts';
import type { MetricsSource } from '#shared/snapshot.ts';
import { metricsSource } from '#test/support/metrics/metricsSource.ts';

const up = metricsSource({
  url: 'http://catalog:9100/metrics',
  service: 'catalog',
  instance: 'catalog-1',
  version: '7',
  conventions: ['library', 'micrometer'],
});
const down = metricsSource({
  ...{
    url: 'http://cart:9100/metrics',
    state: 'down',
    fault: 'timeout',
    detail: 'It did not answer in full within 2 s.',
  },
});
const partly = metricsSource({
  url: 'http://b/metrics',
  fault: 'badValues',
  detail: '1 counter is negative.',
});
const finder: MetricsFinder = {
  kind: 'file',
  name: 'targets.json',
  state: 'failing',
  targetCount: 3,
  lastOkAtMs: 1,
  detail: 'The file is no JSON.',
};

function prepare(sources: readonly MetricsSource[], filter = '', finders: readonly MetricsFinder[] = []) {
  // As it arrives: a copy that may be changed.
  const metricsSources = sources.map((source) => ({ ...source, conventions: [...source.conventions] }));
  return prepareSources({ metricsSources, metricsFinders: [...finders] }, filter, sourceOrder(undefined));
}

test('what is wrong stands first, and a page that is read in part is neither up nor down', () => {
  const { rows, summary } = prepare([up, partly, down]);
  expect(rows.map(({ url, state }) => [url, state])).toEqual([
    ['http://cart:9100/metrics', 'down'],
    ['http://b/metrics', 'partly'],
    ['http://catalog:9100/metrics', 'up'],
  ]);
  expect(summary).toBe('1 up, 1 read in part, 1 down');
});

test('says of each what it is', () => {
  expect(prepare([up]).rows).toMatchObject([
    {
      process: 'instance catalog-1, version 7',
      conventions: 'cachescope/cache, Micrometer',
      namedBy: 'the configuration',
    },
  ]);
  const found = metricsSource({ connectedTo: '10.0.0.1', origin: 'dns', foundBy: 'http://c/metrics' });
  expect(prepare([found]).rows).toMatchObject([
    { url: 'http://127.0.0.1:9100/metrics at 10.0.0.1', namedBy: 'DNS: http://c/metrics' },
  ]);
});

describe('what is wrong', () => {
  test('comes with the next step, and says whether figures are left out', () => {
    expect(prepare([up, partly, down], '', [finder]).troubles).toEqual([
      {
        id: 'file targets.json',
        severity: 'warning',
        subject: 'File of targets, targets.json',
        text: 'The file is no JSON. The 3 sources that it named before stay.',
        advice: expect.stringContaining('Correct the file'),
      },
      {
        id: 'http://b/metrics ',
        severity: 'note',
        subject: 'http://b/metrics',
        text: '1 counter is negative.',
        advice: faultAdvice.badValues,
      },
      {
        id: 'http://cart:9100/metrics ',
        severity: 'warning',
        subject: 'http://cart:9100/metrics',
        text: 'It did not answer in full within 2 s. Its figures are left out.',
        advice: faultAdvice.timeout,
      },
    ]);
  });

  test('is bounded, and the rest is counted', () => {
    const many = Array.from({ length: 11 }, (_, at) =>
      metricsSource({ ...down, url: `http://${at}/metrics` }),
    );
    const { troubles, hiddenTroubleCount } = prepare(many);
    expect([troubles.length, hiddenTroubleCount]).toEqual([8, 3]);
  });

  test.each(scrapeFaults)('%s has a next step', (fault) => {
    expect(faultAdvice[fault]).toMatch(/^[A-Z].{20,160}\.$/);
  });
});

test.each([
  ['cart', 1],
  ['CATALOG-1', 1],
  ['micrometer', 1],
  ['metrics', 3],
  ['nothing', 0],
])('the filter %s leaves %i', (filter, count) => {
  expect(prepare([up, partly, down], filter).rows).toHaveLength(count);
});
