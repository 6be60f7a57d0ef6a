import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { HistoryStore } from '#server/history/historyStore.ts';
import { openSqliteHistory } from '#server/history/sqlite/openSqliteHistory.ts';
import { TrafficWatch } from '#server/snapshot/trafficWatch.ts';
import { trafficConventions } from '#server/sources/metrics/trafficConventions.ts';
import { parseExposition } from '#server/sources/parseExposition.ts';
import { noCost, scrapeTarget } from '#test/support/metrics/scrapeTarget.ts';

const TARGET = 'default';
const START_MS = Date.UTC(2026, 2, 2);
const SCRAPE_MS = 5_000;
const catalog = scrapeTarget('http://127.0.0.1:1/metrics');
const catalogAgain = scrapeTarget('http://127.0.0.1:2/metrics');

let directory: string;
let nowMs: number;
let history: HistoryStore;
let watch: TrafficWatch;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'cachescope-sources-'));
  nowMs = START_MS;
  history = openSqliteHistory({ directory, clock: () => nowMs, log: () => {} });
  const metricPatterns = new Map([['products', 'product:{id}']]);
  watch = new TrafficWatch({ targetId: TARGET, metricPatterns, conventions: trafficConventions, history });
  watch.setTargets([catalog, catalogAgain]);
});
afterEach(() => {
  history.close();
  rmSync(directory, { recursive: true, force: true });
});

/** Scrapes of both targets, every five seconds, each with its page of the moment. */
function scrape(count: number, pagesAt: (scrapeIndex: number) => readonly [string, string]): void {
  for (let index = 0; index < count; index += 1) {
    for (const [at, target] of [catalog, catalogAgain].entries()) {
      const { samples, problem } = parseExposition(pagesAt(index)[at] ?? '');
      watch.take(target, { state: 'up', atMs: nowMs, samples, fault: null, problem, cost: noCost });
    }
    nowMs += SCRAPE_MS;
  }
}

const info = 'cache_client_info{service="catalog",instance="c-1",version="7"} 1\n';
const library = (hits: number) =>
  `${info}cache_gets_total{key_pattern="product:{id}",result="hit"} ${hits}\n`;
const micrometer = (hits: number) => `cache_gets_total{cache="products",result="hit"} ${hits}\n`;

function totals() {
  return history.trafficTotals(TARGET, { fromMs: START_MS, toMs: START_MS + 60_000 });
}

test('two conventions of one page that name the same pattern are counted once, and the row says so', () => {
  scrape(5, (index) => [`${library(index * 10)}${micrometer(index * 10)}`, '']);
  expect(watch.recentTraffic(nowMs).get('product:{id}')).toMatchObject({
    hits: 40,
    sources: ['library'],
    services: ['catalog'],
    notAdded: [{ source: 'micrometer', service: 'catalog', countedBy: 'library' }],
  });
  expect(totals().get('product:{id}')?.hits).toBe(40);
});

test('a process that is read at two addresses is counted once', () => {
  scrape(5, (index) => [library(index * 10), library(index * 10)]);
  expect(totals().get('product:{id}')?.hits).toBe(40);
  expect(watch.partsOf('product:{id}', nowMs)).toMatchObject([
    { service: 'catalog', instance: 'c-1', version: '7', source: 'library', hits: 40, coveredMs: 20_000 },
  ]);
});

test('pages of two processes meet in one row, by the mapping of a cache name', () => {
  scrape(5, (index) => [library(index * 10), micrometer(index)]);
  const row = watch.recentTraffic(nowMs).get('product:{id}');
  expect(row).toMatchObject({ hits: 44, notAdded: [] });
  expect([...(row?.sources ?? [])].sort()).toEqual(['library', 'micrometer']);
  expect(watch.partsOf('product:{id}', nowMs)).toHaveLength(2);
});

test('a series that its page lost for a while adds nothing of what it counted before', () => {
  scrape(6, (index) => [index === 3 ? info : library(1_000 + index * 10), '']);
  // Of 1000, 1010, 1020, lost, 1040, 1050: neither the gap nor the thousand.
  expect(totals().get('product:{id}')?.hits).toBe(30);
});
