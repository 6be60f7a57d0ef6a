import { expect, test, vi } from 'vitest';
import { WHOLE_REDIS } from '#shared/traffic/trafficSource.ts';
import { apiClient } from '#test/support/apiClient.ts';
import { expectRatesShown, lastPatterns, type Seen } from '#test/support/exporters/expectRatesShown.ts';
import { startExporter } from '#test/support/exporters/startExporter.ts';
import { startRedisExporter } from '#test/support/exporters/startRedisExporter.ts';
import { startCachescope } from '#test/support/startCachescope.ts';
import { startRedis } from '#test/support/startRedis.ts';

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
  const list = lastPatterns(apiClient(cachescope.url));
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

  const shown = await expectRatesShown(list, seen);
  // bentocache's own look-ups of its tags are no traffic of anybody.
  expect(shown.filter((pattern) => pattern.includes('___bc'))).toEqual([]);
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
