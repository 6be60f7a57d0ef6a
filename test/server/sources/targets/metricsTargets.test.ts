import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { TargetFinder } from '#server/sources/targets/find/targetFinder.ts';
import { MetricsTargets } from '#server/sources/targets/metricsTargets.ts';
import type { ScrapeTarget } from '#server/sources/targets/scrapeTarget.ts';
import type { MetricsFinder } from '#shared/scrape/metricsFinder.ts';
import { noCost, scrapeTarget } from '#test/support/metrics/scrapeTarget.ts';

const configured = scrapeTarget('http://localhost:1/metrics');
const found = scrapeTarget('http://a:1/metrics', { origin: 'file' });

let named: readonly ScrapeTarget[] | Error;
let targets: readonly ScrapeTarget[];
let finders: readonly MetricsFinder[];
let opened: MetricsTargets;

const finder: TargetFinder = {
  kind: 'file',
  name: 'targets.json',
  everyMs: () => 5_000,
  find: async () => {
    if (named instanceof Error) throw named;
    return { targets: named, leftOut: '' };
  },
};

beforeEach(() => {
  vi.useFakeTimers({ now: Date.UTC(2026, 2, 2) });
  named = [found];
  opened = new MetricsTargets(
    {
      nowMs: Date.now,
      scrapeEveryMs: () => 5_000,
      configured: [configured],
      finders: [finder],
      open: () => ({
        scrape: async () => ({
          ...{ state: 'up', atMs: Date.now(), samples: [], fault: null, problem: '', cost: noCost },
        }),
        close: () => {},
      }),
    },
    {
      targetsChanged: (now) => {
        targets = now;
      },
      scraped: () => {},
      findersChanged: (now) => {
        finders = now;
      },
    },
  );
});
afterEach(async () => {
  await opened.close();
  vi.useRealTimers();
});

test('a finder that fails keeps what it found last, and is named until it works again', async () => {
  await vi.advanceTimersByTimeAsync(0);
  expect(targets.map(({ url }) => url)).toEqual([configured.url, found.url]);
  const lastOkAtMs = Date.now();
  expect(finders).toEqual([
    { kind: 'file', name: 'targets.json', state: 'working', targetCount: 1, lastOkAtMs, detail: '' },
  ]);
  named = new Error('The file is no JSON.');
  await vi.advanceTimersByTimeAsync(5_000);
  expect(targets).toHaveLength(2);
  expect(finders).toMatchObject([
    { state: 'failing', targetCount: 1, lastOkAtMs, detail: 'The file is no JSON.' },
  ]);
  named = [];
  await vi.advanceTimersByTimeAsync(5_000);
  expect(targets).toEqual([configured]);
  expect(finders).toMatchObject([{ state: 'working', targetCount: 0 }]);
});

test('one process that is named twice is one target', async () => {
  named = [scrapeTarget('http://127.0.0.1:1/metrics'), found, { ...found }];
  await vi.advanceTimersByTimeAsync(5_000);
  expect(targets).toEqual([configured, found]);
});
