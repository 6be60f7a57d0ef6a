import { createServer } from 'node:net';
import { expect, onTestFinished, test, vi } from 'vitest';
import { trafficConventions } from '#server/sources/metrics/trafficConventions.ts';
import type { PrometheusAccess } from '#server/sources/prometheus/prometheusAccess.ts';
import { readPrometheus } from '#server/sources/prometheus/readPrometheus.ts';
import { startExporter, type TestExporter } from '#test/support/exporters/startExporter.ts';
import { startPrometheus } from '#test/support/exporters/startPrometheus.ts';
import { freePort } from '#test/support/freePort.ts';

function read(url: string, { access = {}, matchers = '', timeoutMs = 5_000 } = {}) {
  const full: PrometheusAccess = {
    ...{ url, username: null, password: null, passwordFile: null, token: null, tokenFile: null },
    ...access,
  };
  return readPrometheus({
    access: full,
    matchers,
    conventions: trafficConventions,
    nowMs: () => 1_000,
    timeoutMs,
  });
}

/** `job: name labels value` of what each process counted. */
async function describe(url: string, matchers = ''): Promise<readonly string[]> {
  const reading = await read(url, { matchers });
  if (reading.state === 'down') throw new Error(reading.detail);
  return reading.processes.flatMap(({ job, instance, samples }) =>
    samples.map(({ name, labels, value }) => {
      const shown = [...labels].map(([label, text]) => `${label}=${text}`).join(',');
      return `${job} ${instance}: ${name} ${shown} ${value}`;
    }),
  );
}

test('a real Prometheus gives the counters of what it scrapes, by process and convention', async () => {
  await using opossum = await startExporter('serveOpossum', 0);
  await using first = await startExporter('serveMicrometer', 0);
  await using second = await startExporter('serveMicrometer', 0);
  await lookUp(opossum, 'quotes');
  await lookUp(first, 'orders');
  await lookUp(second, 'orders');
  await using prometheus = await startPrometheus({
    jobs: { pricing: [opossum.hostAndPort], shop: [first.hostAndPort, second.hostAndPort] },
  });
  await vi.waitFor(async () => {
    const lines = await describe(prometheus.url);
    for (const { hostAndPort } of [first, second]) {
      expect(lines).toContain(`shop ${hostAndPort}: cache_gets_total cache=orders,name=orders,result=hit 8`);
      expect(lines).toContain(`shop ${hostAndPort}: cache_gets_total cache=orders,name=orders,result=miss 2`);
    }
    // Hit, miss and pending, each once, although two conventions share the name.
    expect(lines.filter((line) => line.includes(`${first.hostAndPort}: cache_gets_total `))).toHaveLength(3);
    expect(lines).toContain(`pricing ${opossum.hostAndPort}: circuit event=cacheHit,name=quotes 8`);
  }, 15_000);
  const limited = await describe(prometheus.url, 'job="shop"');
  expect(limited.length).toBeGreaterThan(0);
  expect(limited.filter((line) => !line.startsWith('shop '))).toEqual([]);
}, 60_000);

async function lookUp(exporter: TestExporter, family: string): Promise<void> {
  expect(await exporter.lookUp({ family, hits: 8, misses: 2 })).toEqual({ hits: 8, misses: 2 });
}

test('a real Prometheus with users lets in who knows the password, and the refusal is said', async () => {
  // bcrypt of "s3cret".
  const hash = '$2b$04$kZ3w8w7RIf7RmMV6oW6kD.tMT6ZgnFvO6vETY2lzZsGDHtES0ZFWG';
  await using prometheus = await startPrometheus({
    jobs: {},
    webConfig: `basic_auth_users:\n  ada: ${hash}\n`,
  });
  await vi.waitFor(async () => {
    expect(await read(prometheus.url, { access: { username: 'ada', password: 's3cret' } })).toEqual({
      state: 'up',
      atMs: 1_000,
      processes: [],
      problem: '',
    });
  }, 15_000);
  expect(await read(prometheus.url, { access: { username: 'ada', password: 'wrong' } })).toEqual({
    state: 'down',
    atMs: 1_000,
    detail: 'It refuses our credentials (HTTP 401).',
  });
}, 60_000);

test('a wrong matcher is refused by the server in its own words', async () => {
  await using prometheus = await startPrometheus({ jobs: {} });
  const reading = await read(prometheus.url, { matchers: 'job=~"("' });
  expect(reading).toMatchObject({ state: 'down', detail: expect.stringContaining('missing closing )') });
}, 60_000);

test('nobody there, and somebody who never answers, is said', async () => {
  expect(await read(`http://127.0.0.1:${await freePort()}`)).toMatchObject({
    state: 'down',
    detail: 'It cannot be reached (ECONNREFUSED).',
  });
  const silent = createServer();
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void silent.close());
  const address = silent.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  expect(await read(`http://127.0.0.1:${address.port}`, { timeoutMs: 100 })).toMatchObject({
    state: 'down',
    detail: 'It did not answer within 0.1 s.',
  });
});
