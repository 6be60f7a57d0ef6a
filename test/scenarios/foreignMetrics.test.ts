import { expect, test, vi } from 'vitest';
import { DEFAULT_TARGET_ID } from '#shared/target.ts';
import { WHOLE_REDIS } from '#shared/traffic/trafficSource.ts';
import { apiClient } from '#test/support/apiClient.ts';
import { startExporter } from '#test/support/exporters/startExporter.ts';
import { startRedisExporter } from '#test/support/exporters/startRedisExporter.ts';
import { startCachescope } from '#test/support/startCachescope.ts';
import { startRedis } from '#test/support/startRedis.ts';

const TOLERANCE_POINTS = 0.5;

interface Seen {
  readonly hits: number;
  readonly misses: number;
}

test('hit rates on the page are within 0.5 points of what the callers of real exporters saw', async () => {
  await using watched = await startRedis();
  // Nobody else looks anything up in it.
  await using exported = await startRedis();
  await using bentocache = await startExporter('serveBentocache', watched.port);
  await using opossum = await startExporter('serveOpossum', watched.port);
  await using micrometer = await startExporter('serveMicrometer', watched.port);
  await using fusionCache = await startExporter('serveFusionCache', watched.port);
  await using django = await startExporter('serveDjango', watched.port);
  await using redisExporter = await startRedisExporter(exported.url);
  const exporters = [bentocache, opossum, micrometer, fusionCache, django, redisExporter];
  await using cachescope = await startCachescope({
    redisUrl: watched.url,
    args: exporters.flatMap(({ url }) => ['--metrics', url]),
  });
  const api = apiClient(cachescope.url);
  const fromMs = Date.now() - 60_000;
  const list = () =>
    api.patterns.list.query({
      targetId: DEFAULT_TARGET_ID,
      range: { fromMs, toMs: Date.now() },
      compare: 'none',
    });
  // Counters count from their first reading on.
  await vi.waitFor(async () => {
    const { metricsSources } = await list();
    expect(metricsSources.map(({ state }) => state)).toEqual(exporters.map(() => 'up'));
  }, 60_000);

  const seen = new Map<string, Seen>([
    ['user:{id}', await bentocache.lookUp({ family: 'user', hits: 412, misses: 88 })],
    ['product:*', await bentocache.lookUp({ family: 'product', hits: 90, misses: 210 })],
    ['quotes', await opossum.lookUp({ family: 'quotes', hits: 250, misses: 250 })],
    ['orders', await micrometer.lookUp({ family: 'orders', hits: 391, misses: 109 })],
    ['prices', await fusionCache.lookUp({ family: 'prices', hits: 475, misses: 25 })],
    ['django/redis', await django.lookUp({ family: 'session', hits: 301, misses: 199 })],
    [WHOLE_REDIS, await readKeys(exported.client, { hits: 333, misses: 167 })],
  ]);

  const shown = await vi.waitFor(async () => {
    const { rows } = await list();
    const traffic = new Map(rows.map((row) => [row.pattern, row.traffic]));
    const counts = [...seen.keys()].map((pattern) => {
      const reading = traffic.get(pattern);
      return reading?.state === 'known' ? reading.value.lookupCount : null;
    });
    expect(counts).toEqual([...seen.values()].map(({ hits, misses }) => hits + misses));
    return traffic;
  }, 60_000);
  for (const [pattern, { hits, misses }] of seen) {
    const reading = shown.get(pattern);
    const ratio = reading?.state === 'known' ? (reading.value.hit?.ratio ?? Number.NaN) : Number.NaN;
    const truth = hits / (hits + misses);
    expect(Math.abs(ratio - truth) * 100, `${pattern}: ${ratio} shown, ${truth} true`).toBeLessThan(
      TOLERANCE_POINTS,
    );
  }
  // bentocache's own look-ups of its tags are no traffic of anybody.
  expect([...shown.keys()].filter((pattern) => pattern.includes('___bc'))).toEqual([]);
}, 180_000);

async function readKeys(
  client: {
    set(key: string, value: string): Promise<unknown>;
    get(key: string): Promise<string | null>;
  },
  { hits, misses }: Seen,
): Promise<Seen> {
  await client.set('there', 'value');
  const answers = await Promise.all([
    ...Array.from({ length: hits }, () => client.get('there')),
    ...Array.from({ length: misses }, () => client.get('absent')),
  ]);
  const found = answers.filter((answer) => answer !== null).length;
  return { hits: found, misses: answers.length - found };
}
