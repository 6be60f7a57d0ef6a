import { readFile } from 'node:fs/promises';
import { expect, test, vi } from 'vitest';
import type { ScrapeFault } from '#shared/scrape/scrapeFault.ts';
import { DEFAULT_TARGET_ID } from '#shared/target.ts';
import { apiClient } from '#test/support/apiClient.ts';
import { hits, hostilePages } from '#test/support/metrics/hostilePages.ts';
import { type ServedPage, servePage } from '#test/support/metrics/servePage.ts';
import { startCachescope } from '#test/support/startCachescope.ts';
import { startRedis } from '#test/support/startRedis.ts';

const LOOKUPS_PER_SECOND = 1_000;
const HIT_RATIOS = { good: 0.8, better: 0.95 };

/** Without them the server has some 110 MB; beside them 340 MB were measured, of which most is garbage not collected yet. */
const MOST_RESIDENT_MB = 500;

/** A service whose look-ups rise evenly, so that what must be read is known at any time. */
function serveGood(service: keyof typeof HIT_RATIOS): Promise<ServedPage> {
  const startedMs = performance.now();
  return servePage((_request, response) => {
    const lookups = ((performance.now() - startedMs) / 1_000) * LOOKUPS_PER_SECOND;
    const hitCount = Math.round(lookups * HIT_RATIOS[service]);
    const misses = hits(`${service}:{id}`, Math.round(lookups) - hitCount).replace('"hit"', '"miss"');
    response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' });
    response.end(
      `cache_client_info{service="${service}",instance="${service}-1",version="1"} 1\n${hits(`${service}:{id}`, hitCount)}${misses}`,
    );
  });
}

/** A busy machine reads less than the most bytes within the longest time: either limit names a flood. */
function limitOf(page: (typeof hostilePages)[number], fault: ScrapeFault | null): ScrapeFault | null {
  return page.fault === 'pageTooLarge' && fault === 'timeout' ? page.fault : fault;
}

async function readTraffic(api: ReturnType<typeof apiClient>, pattern: string) {
  const { rows } = await api.patterns.list.query({
    ...{ targetId: DEFAULT_TARGET_ID, range: { last: '15m' }, compare: 'none' },
  });
  const traffic = rows.find((row) => row.pattern === pattern)?.traffic;
  if (traffic?.state !== 'known') throw new Error(`the look-ups of ${pattern} are not known`);
  return traffic.value;
}

async function residentMegabytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1_024;
}

test('all hostile pages at once: each is named, and two good services beside them are measured as they are', async () => {
  const startedMs = performance.now();
  await using opened = new AsyncDisposableStack();
  const redis = opened.use(await startRedis());
  const good = opened.use(await serveGood('good'));
  const better = opened.use(await serveGood('better'));
  const hostile = new Map<string, (typeof hostilePages)[number]>();
  for (const page of hostilePages) {
    const served = opened.use(await servePage(page.open()));
    hostile.set(served.url, page);
  }
  const args = [good.url, ...hostile.keys(), better.url].flatMap((url) => ['--metrics', url]);
  const server = opened.use(await startCachescope({ redisUrl: `redis://127.0.0.1:${redis.port}`, args }));
  const api = apiClient(server.url);
  const readSources = async () =>
    (await api.status.get.query({ targetId: DEFAULT_TARGET_ID })).metricsSources;

  let mostMegabytes = 0;
  await vi.waitFor(
    async () => {
      mostMegabytes = Math.max(mostMegabytes, await residentMegabytes(server.pid));
      const found = (await readSources()).flatMap(({ url, fault, state }) => {
        const page = hostile.get(url);
        return page === undefined ? [] : [{ name: page.name, fault: limitOf(page, fault), state }];
      });
      expect(found).toEqual(hostilePages.map(({ name, fault, state }) => ({ name, fault, state })));
    },
    { timeout: 120_000, interval: 250 },
  );
  expect(mostMegabytes).toBeLessThan(MOST_RESIDENT_MB);

  const sources = (await readSources()).filter(({ url }) => !hostile.has(url));
  expect(sources).toMatchObject([
    { service: 'good', state: 'up', fault: null },
    { service: 'better', state: 'up', fault: null },
  ]);
  for (const service of ['good', 'better'] as const) {
    await vi.waitFor(
      async () => {
        const counted = await readTraffic(api, `${service}:{id}`);
        // Never more than there were; what came before the first and after the last reading is missing.
        const truth = ((performance.now() - startedMs) / 1_000) * LOOKUPS_PER_SECOND;
        expect(counted.lookupCount).toBeLessThan(truth);
        expect(counted.lookupCount).toBeGreaterThan(20 * LOOKUPS_PER_SECOND);
        expect(counted.hit?.ratio).toBeCloseTo(HIT_RATIOS[service], 3);
      },
      { timeout: 60_000, interval: 1_000 },
    );
  }
  expect(server.exitCode()).toBe(null);
}, 240_000);
