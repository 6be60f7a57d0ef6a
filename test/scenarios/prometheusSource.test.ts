import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { apiClient } from '#test/support/apiClient.ts';
import { expectRatesShown, lastPatterns } from '#test/support/exporters/expectRatesShown.ts';
import { startExporter } from '#test/support/exporters/startExporter.ts';
import { startPrometheus } from '#test/support/exporters/startPrometheus.ts';
import { startCachescope } from '#test/support/startCachescope.ts';
import { startRedis } from '#test/support/startRedis.ts';

async function mappingsFile(content: unknown): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'cachescope-mappings-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  const path = join(directory, 'mappings.json');
  await writeFile(path, JSON.stringify(content));
  return path;
}

test('a Prometheus server tells the hit rates of what it scrapes, of several processes and without counting twice', async () => {
  await using redis = await startRedis();
  await using bentocache = await startExporter('serveBentocache', redis.port);
  await using first = await startExporter('serveMicrometer', 0);
  await using second = await startExporter('serveMicrometer', 0);
  await using opossum = await startExporter('serveOpossum', 0);
  // A page names a cache once it has been asked.
  for (const exporter of [bentocache, first, second, opossum]) {
    await exporter.lookUp({ family: 'warm', hits: 0, misses: 1 });
  }
  await using prometheus = await startPrometheus({
    jobs: {
      catalog: [bentocache.hostAndPort],
      shop: [first.hostAndPort, second.hostAndPort],
      pricing: [opossum.hostAndPort],
    },
  });
  // The same as opossum's convention, to show that the configuration overrules it.
  const mapped = { metric: 'circuit', patternLabel: 'name' };
  const mappings = await mappingsFile([
    { ...mapped, labels: { event: 'cacheHit' }, counts: 'hits' },
    { ...mapped, labels: { event: 'cacheMiss' }, counts: 'misses' },
  ]);
  await using cachescope = await startCachescope({
    redisUrl: redis.url,
    // bentocache's page is read directly as well.
    args: ['--prometheus', prometheus.url, '--metrics', bentocache.url, '--metric-mappings', mappings],
  });
  const list = lastPatterns(apiClient(cachescope.url));
  // What a process counts is known from its second reading on.
  await vi.waitFor(async () => {
    const { metricsSources } = await list();
    const read = metricsSources.filter(({ lastOkAtMs }) => lastOkAtMs !== null);
    expect(read.map(({ origin }) => origin).sort()).toEqual([
      'configuration',
      ...Array(3).fill('prometheus'),
    ]);
  }, 60_000);

  const asked = [
    await first.lookUp({ family: 'orders', hits: 391, misses: 109 }),
    await second.lookUp({ family: 'orders', hits: 17, misses: 83 }),
  ];
  const seen = new Map([
    ['orders', { hits: 408, misses: 192 }],
    ['user:{id}', await bentocache.lookUp({ family: 'user', hits: 412, misses: 88 })],
    ['quotes', await opossum.lookUp({ family: 'quotes', hits: 250, misses: 250 })],
  ]);
  expect(asked.map(({ hits, misses }) => hits + misses)).toEqual([500, 100]);

  await expectRatesShown(list, seen);
}, 240_000);
