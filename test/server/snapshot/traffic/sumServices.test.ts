import { expect, test } from 'vitest';
import { sumServices } from '#server/snapshot/traffic/sumServices.ts';
import type { RecentTraffic } from '#server/snapshot/trafficWatch.ts';
import { NO_TRAFFIC } from '#shared/traffic/trafficCounts.ts';
import type { TrafficIdentity, TrafficSourceId } from '#shared/traffic/trafficSource.ts';

function recent(hits: number, source: TrafficSourceId): RecentTraffic {
  return {
    ...NO_TRAFFIC,
    hits,
    misses: 1,
    windowMs: 60_000,
    atMs: 7,
    services: [],
    sources: [source],
    notAdded: [],
  };
}

function reported(rows: Readonly<Record<string, TrafficIdentity>>) {
  return new Map(Object.entries(rows).map(([pattern, identity]) => [pattern, { identity }]));
}

test('sums patterns and caches, and neither a whole Redis nor the probe', () => {
  const traffic = new Map([
    ['a:{id}', recent(10, 'library')],
    ['products', recent(5, 'micrometer')],
    ['(whole Redis)', recent(100, 'redisExporter')],
    ['b:{id}', recent(1_000, 'probe')],
  ]);
  const rows = reported({ 'a:{id}': 'pattern', products: 'cacheName', '(whole Redis)': 'instance' });
  expect(sumServices(traffic, rows, true)).toMatchObject({
    state: 'known',
    atMs: 7,
    value: { hits: 15, misses: 2, windowMs: 60_000 },
  });
});

test('says why nothing is known', () => {
  expect(sumServices(new Map(), new Map(), true)).toMatchObject({ reason: 'pending' });
  expect(sumServices(new Map(), new Map(), false)).toMatchObject({ reason: 'notConfigured' });
});
