import { expect, test } from 'vitest';
import { derivePatterns, type PatternParts } from '#server/snapshot/derivePatterns.ts';
import type { RecentTraffic, ReportedPattern } from '#server/snapshot/trafficWatch.ts';
import { deriveSizeDistribution } from '#server/sources/deriveSampleParts.ts';
import { type Known, known, unknown } from '#shared/reading.ts';
import type { ToldSize } from '#shared/snapshot.ts';
import { NO_TRAFFIC } from '#shared/traffic/trafficCounts.ts';
import { metricsSource } from '#test/support/metrics/metricsSource.ts';

const source = metricsSource({ service: 'catalog', lastOkAtMs: 1 });

const reported: ReportedPattern = { identity: 'pattern', source };

const nothing: PatternParts = {
  samples: new Map(),
  sampledAtMs: 5,
  sampledCount: 10,
  whyNoSample: unknown('pending', 'soon'),
  traffic: new Map(),
  reported: new Map(),
  toldSizes: new Map(),
  sources: [],
};

const forecast = {
  fromMs: 0,
  stepMs: 10_000,
  keyCounts: [],
  sampledCount: 1,
  keysPerSample: 1,
  isExact: true,
};

const sample = {
  sampledCount: 1,
  keyCount: { value: 1, low: 1, high: 1, isExact: true },
  bytes: { value: 1, low: 1, high: 1, isExact: true },
  sizes: deriveSizeDistribution([{ bytes: 1 }]),
  types: ['string'],
  ttl: { bucketCounts: [], noTtlCount: 1, sampledCount: 1, p50Ms: null, p90Ms: null, maxMs: null },
  forecast10s: forecast,
  forecast1min: forecast,
  examples: ['a:1'],
  largest: [],
};

function trafficOf(parts: Partial<PatternParts>) {
  const [first] = derivePatterns({ ...nothing, samples: new Map([['a:{id}', sample]]), ...parts });
  return first?.traffic;
}

test('without any source says that nobody counts look-ups by key, and what would', () => {
  expect(trafficOf({})).toMatchObject({
    state: 'unknown',
    reason: 'notConfigured',
    detail: expect.stringContaining('--metrics'),
  });
});

test.each([
  ['a source that does not report the pattern', { sources: [source] }, 'notSupported'],
  ['a source that is down', { sources: [{ ...source, state: 'down' as const }] }, 'failed'],
  ['a source not read yet', { sources: [{ ...source, state: 'pending' as const }] }, 'pending'],
  [
    'the second scrape outstanding',
    { sources: [source], reported: new Map([['a:{id}', reported]]) },
    'pending',
  ],
])('with %s the traffic is unknown for that reason', (_name, parts, reason) => {
  expect(trafficOf(parts)).toMatchObject({ state: 'unknown', reason });
});

test('a pattern that only metrics know has traffic, and its sample says that no key was seen', () => {
  const traffic: RecentTraffic = {
    ...NO_TRAFFIC,
    hits: 3,
    misses: 1,
    loads: 1,
    loadMs: 2,
    puts: 1,
    windowMs: 60_000,
    atMs: 9,
    services: ['catalog'],
    sources: ['library'],
    notAdded: [],
  };
  const [only] = derivePatterns({
    ...nothing,
    sources: [source],
    reported: new Map([['b:{id}', reported]]),
    traffic: new Map([['b:{id}', traffic]]),
  });
  expect(only?.traffic).toMatchObject({
    state: 'known',
    atMs: 9,
    from: 'metrics of catalog (cachescope/cache)',
  });
  expect(only?.sample).toMatchObject({ state: 'unknown', reason: 'notEnoughData' });
});

test('a row that is named by a cache says that it is no pattern, and what would bring its keys into it', () => {
  const [only] = derivePatterns({
    ...nothing,
    sources: [source],
    reported: new Map([['products', { identity: 'cacheName', source }]]),
  });
  expect(only?.identity).toBe('cacheName');
  expect(only?.sample).toMatchObject({
    reason: 'notConfigured',
    detail: expect.stringContaining("--metric-patterns 'products=PATTERN'"),
  });
});

const told = new Map<string, Known<ToldSize>>([
  ['a:{id}', known({ keyCount: 12, bytes: 480 }, 7, 'redis_exporter')],
]);

test('sizes that metrics tell stand beside the sample, and make no row of their own there', () => {
  const samples = new Map([['a:{id}', sample]]);
  const rows = derivePatterns({
    ...nothing,
    samples,
    toldSizes: new Map([...told, ['b', known({ keyCount: 1, bytes: null }, 7, 'redis_exporter')]]),
  });
  expect(rows.map(({ pattern, toldSize }) => [pattern, toldSize?.value.keyCount])).toEqual([['a:{id}', 12]]);
});

test('without a sample, sizes that metrics tell make rows, whose sample stays unknown with its reason', () => {
  const whyNoSample = unknown('notPermitted', 'The Redis user may not run SCAN.');
  const [row] = derivePatterns({ ...nothing, sampledAtMs: null, whyNoSample, toldSizes: told });
  expect(row).toMatchObject({
    pattern: 'a:{id}',
    isDeclared: false,
    sample: whyNoSample,
    toldSize: { from: 'redis_exporter', atMs: 7 },
  });
});
