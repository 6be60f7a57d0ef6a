import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { HistoryStore } from '#server/history/historyStore.ts';
import { openSqliteHistory } from '#server/history/sqlite/openSqliteHistory.ts';
import { TrafficWatch } from '#server/snapshot/trafficWatch.ts';
import { trafficConventions } from '#server/sources/metrics/trafficConventions.ts';
import { parseExposition } from '#server/sources/parseExposition.ts';
import type { Scrape } from '#server/sources/targets/scrape/scrape.ts';
import { OTHER_PATTERN } from '#shared/metricNames.ts';
import { noCost, scrapeTarget } from '#test/support/metrics/scrapeTarget.ts';

const TARGET = 'default';
const START_MS = Date.UTC(2026, 2, 2);
const STEP_MS = 10_000;
const SCRAPE_MS = 5_000;
const CATALOG = 'http://127.0.0.1:1/metrics';
const CART = 'http://127.0.0.1:2/metrics';
const targets = [CATALOG, CART].map((url) => scrapeTarget(url));

let directory: string;
let nowMs: number;
let history: HistoryStore;
let watch: TrafficWatch;
/** What each place answers; a place without a page is down. */
let pages: Map<string, string>;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'cachescope-traffic-'));
  nowMs = START_MS;
  pages = new Map();
  history = openSqliteHistory({ directory, clock: () => nowMs, log: () => {} });
  watch = new TrafficWatch({
    targetId: TARGET,
    metricPatterns: new Map(),
    conventions: trafficConventions,
    history,
  });
  watch.setTargets(targets);
});
afterEach(() => {
  history.close();
  rmSync(directory, { recursive: true, force: true });
});

function scrape(url: string): Scrape {
  const page = pages.get(url);
  if (page === undefined) {
    return { state: 'down', atMs: nowMs, fault: 'unreachable', detail: 'Refused.', cost: noCost };
  }
  const { samples, problem } = parseExposition(page);
  return { state: 'up', atMs: nowMs, samples, fault: null, problem, cost: noCost };
}

function page(service: string, hits: Readonly<Record<string, number>>): string {
  const lines = Object.entries(hits).map(
    ([pattern, count]) => `cache_gets_total{cache="main",key_pattern="${pattern}",result="hit"} ${count}`,
  );
  return [`cache_client_info{service="${service}",instance="${service}-1",version="1"} 1`, ...lines, ''].join(
    '\n',
  );
}

/** Reads at every scrape time in [fromStep, toStep), with the pages of that moment. */
function readSteps(fromStep: number, toStep: number, pagesAt: () => [string, string][]): void {
  for (nowMs = START_MS + fromStep * STEP_MS; nowMs < START_MS + toStep * STEP_MS; nowMs += SCRAPE_MS) {
    pages = new Map(pagesAt());
    for (const target of targets) watch.take(target, scrape(target.url));
  }
}

/** Look-ups of a service that makes ten a second since the start. */
const steady = () => (nowMs - START_MS) / 100;

const catalog = (): [string, string] => [CATALOG, page('catalog', { product: steady() })];
const cart = (): [string, string] => [CART, page('cart', { cart: steady(), coupon: 7 })];

function seriesOf(pattern: string | null, stepCount: number) {
  const span = { fromMs: START_MS, toMs: START_MS + stepCount * STEP_MS };
  return history.trafficSeries(TARGET, pattern, span, 360);
}

function totalsOf(stepCount: number) {
  return history.trafficTotals(TARGET, { fromMs: START_MS, toMs: START_MS + stepCount * STEP_MS });
}

test('a place that is down leaves a gap in its patterns, and does not thin their rate', () => {
  readSteps(0, 3, () => [catalog(), cart()]);
  readSteps(3, 9, () => [cart()]);
  expect(seriesOf('product', 9).hits.values.map((value) => value !== null)).toEqual(
    [0, 1, 2, 3, 4, 5, 6, 7, 8].map((step) => step < 3),
  );
  expect(seriesOf('cart', 9).hits.values).not.toContain(null);
  expect(seriesOf(null, 9).hits.values).not.toContain(null);
  expect(totalsOf(9).get('product')?.coveredMs).toBe(3 * STEP_MS);
  expect(totalsOf(9).get('cart')?.coveredMs).toBe(9 * STEP_MS);
});

test('an idle pattern of a place that answers is zero', () => {
  readSteps(0, 3, () => [cart()]);
  expect(seriesOf('coupon', 3).hits.values).toEqual([0, 0, 0]);
  expect(totalsOf(3).get('coupon')).toMatchObject({ hits: 0, coveredMs: 3 * STEP_MS });
});

test('a pattern that two places report covers a step once', () => {
  readSteps(0, 3, () => [catalog(), [CART, page('cart', { product: steady() })]]);
  expect(seriesOf('product', 3).coveredMs.values).toEqual([STEP_MS, STEP_MS, STEP_MS]);
  expect(seriesOf('product', 3).hits.values[1]).toBe(200);
});

test('what a place counted while it could not be read is in no step, so that none shows the sum of many', () => {
  readSteps(0, 3, () => [catalog()]);
  readSteps(3, 30, () => []);
  readSteps(30, 33, () => [catalog()]);
  const { values } = seriesOf('product', 33).hits;
  expect(values.slice(3, 30)).toEqual(new Array(27).fill(null));
  expect(Math.max(...values.map((value) => value ?? 0))).toBe(100);
  expect(watch.recentTraffic(nowMs).get('product')?.windowMs).toBeLessThan(60_000);
});

test('two lost scrapes in a row are bridged', () => {
  let scrapeCount = 0;
  readSteps(0, 6, () => {
    scrapeCount += 1;
    return scrapeCount === 5 || scrapeCount === 6 ? [] : [catalog()];
  });
  expect(seriesOf('product', 6).hits.values).not.toContain(null);
  expect(totalsOf(6).get('product')?.hits).toBe(steady() - SCRAPE_MS / 100);
});

test('a page that has nothing to do with caches measures nothing', () => {
  readSteps(0, 3, () => [[CATALOG, 'process_cpu_seconds_total 3\n']]);
  expect(seriesOf(null, 3).hits.values).toEqual([null, null, null]);
});

test('a size alone does not make a pattern of no look-ups', () => {
  readSteps(0, 2, () => [[CATALOG, 'redis_key_group_count{db="db0",key_group="user"} 2\n']]);
  expect([...watch.reportedPatterns().keys()]).toEqual([]);
  expect([...watch.recentTraffic(nowMs).keys()]).toEqual([]);
});

test('a target that is named anew keeps what it counted; one that is gone takes its figures along', () => {
  readSteps(0, 3, () => [catalog(), cart()]);
  watch.setTargets([scrapeTarget(CATALOG, { foundBy: 'targets.json' })]);
  expect(watch.recentTraffic(nowMs).get('product')?.hits).toBeGreaterThan(0);
  expect(watch.recentTraffic(nowMs).has('cart')).toBe(false);
  expect(watch.sources()).toHaveLength(1);
});

test('a page without caches is named, and so is what a page is of', () => {
  readSteps(0, 1, () => [catalog(), [CART, 'process_cpu_seconds_total 3\n']]);
  expect(watch.sources()).toMatchObject([
    { state: 'up', fault: null, conventions: ['library'], service: 'catalog', instance: 'catalog-1' },
    { state: 'up', fault: 'noCacheMetrics', conventions: [] },
  ]);
});

test('a service that never stops naming new patterns is summed as other, and nothing grows with it', () => {
  let scrapeCount = 0;
  readSteps(0, 3, () => {
    scrapeCount += 1;
    const names = Array.from({ length: 700 }, (_, index) => `p${scrapeCount}_${index}`);
    return [[CATALOG, page('catalog', Object.fromEntries(names.map((name) => [name, 2])))]];
  });
  expect(watch.reportedPatterns().size).toBe(1_001);
  const traffic = [...watch.recentTraffic(nowMs).values()];
  // The first scrape is what the others are counted from.
  expect(traffic.reduce((sum, { hits }) => sum + hits, 0)).toBe(5 * 700 * 2);
  expect(watch.recentTraffic(nowMs).get(OTHER_PATTERN)?.hits).toBe((400 + 4 * 700) * 2);
});
