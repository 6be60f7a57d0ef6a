import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { PrometheusTargets } from '#server/sources/prometheus/prometheusTargets.ts';
import type { PrometheusReading } from '#server/sources/prometheus/readPrometheus.ts';

const URL_OF_SERVER = 'http://prometheus:9090/';
const MINUTE_MS = 60_000;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function up(atMs: number, ...instances: readonly string[]): PrometheusReading {
  const sample = { name: 'circuit', labels: new Map([['name', 'a']]), value: atMs };
  return {
    state: 'up',
    atMs,
    processes: instances.map((instance) => ({ job: 'shop', instance, samples: [sample] })),
    problem: '',
  };
}

/** Gives the readings one after the other and writes down what is told. */
function open(readings: readonly PrometheusReading[], isScraped = (_hostAndPort: string) => false) {
  const told: string[] = [];
  let finder = '';
  let targets: readonly string[] = [];
  const left = [...readings];
  const opened = new PrometheusTargets(
    {
      url: URL_OF_SERVER,
      read: async () => left.shift() ?? { state: 'down', atMs: 0, detail: 'No reading left.' },
      elapsedMs: () => 0,
      isScraped,
      everyMs: 10_000,
    },
    {
      targetsChanged(changed) {
        targets = changed.map(({ foundBy }) => foundBy);
      },
      scraped({ foundBy }, scrape) {
        const what = scrape.state === 'up' ? `${scrape.samples.length} at ${scrape.atMs}` : scrape.detail;
        told.push(`${foundBy}: ${what}`);
      },
      findersChanged([state]) {
        finder = `${state?.state} ${state?.targetCount} ${state?.detail}`;
      },
    },
  );
  return {
    told,
    finder: () => finder,
    targets: () => targets,
    next: () => vi.advanceTimersByTimeAsync(10_000),
    close: () => opened.close(),
  };
}

test('each process is told like a page that was scraped, at every reading', async () => {
  const { told, finder, targets, next, close } = open([up(1_000, 'a:1', 'b:1'), up(11_000, 'a:1', 'b:1')]);
  expect(finder()).toBe('pending 0 Not asked yet.');
  await next();
  expect(targets()).toEqual(['shop a:1', 'shop b:1']);
  expect(told).toEqual([
    'shop a:1: 1 at 1000',
    'shop b:1: 1 at 1000',
    'shop a:1: 1 at 11000',
    'shop b:1: 1 at 11000',
  ]);
  expect(finder()).toBe('working 2 ');
  await close();
});

test('a process that is missing is down, and after five minutes forgotten', async () => {
  const { told, targets, next, close } = open([
    up(0, 'a:1', 'b:1'),
    up(10_000, 'a:1'),
    up(10_000 + 5 * MINUTE_MS, 'a:1'),
  ]);
  await next();
  expect(told.at(-1)).toBe('shop b:1: Prometheus has no counters of it at the moment.');
  expect(targets()).toEqual(['shop a:1', 'shop b:1']);
  await next();
  expect(targets()).toEqual(['shop a:1']);
  await close();
});

test('while the server does not answer, all that it told of are down, with its reason', async () => {
  const { told, finder, next, close } = open([
    up(0, 'a:1'),
    { state: 'down', atMs: 10_000, detail: 'It cannot be reached (ECONNREFUSED).' },
  ]);
  await next();
  expect(told.at(-1)).toBe('shop a:1: Prometheus: It cannot be reached (ECONNREFUSED).');
  expect(finder()).toBe('failing 1 It cannot be reached (ECONNREFUSED).');
  await close();
});

test('a process whose page is scraped directly is left out, which is said', async () => {
  const { told, finder, next, close } = open(
    [up(0, 'a:1', 'b:1'), up(10_000, 'a:1', 'b:1')],
    (hostAndPort) => hostAndPort === 'a:1',
  );
  await next();
  expect(told.every((line) => line.startsWith('shop b:1'))).toBe(true);
  expect(finder()).toBe('working 1 Left out, as they are scraped directly: 1.');
  await close();
});

test('a server without metrics of caches says so', async () => {
  const { finder, next, close } = open([up(0), up(10_000)]);
  await next();
  expect(finder()).toBe('working 0 It has no metrics of caches that Cachescope knows how to read.');
  await close();
});

test('nothing is told after the end', async () => {
  const { told, next, close } = open([up(0, 'a:1'), up(10_000, 'a:1')]);
  await vi.advanceTimersByTimeAsync(0);
  await close();
  await next();
  expect(told).toEqual(['shop a:1: 1 at 0']);
});
