import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { readIncidents, readTruth, runIncident } from '#demo/control/controlClient.ts';
import { readControl } from '#demo/control/controlFile.ts';
import { startDemo } from '#demo/startDemo.ts';
import { type Counts, readMetricCounts, readMetricLines, startTestDemo } from './startTestDemo.ts';

const patterns = [
  'catalog:category:{slug}:page:{n}',
  'catalog:flag:{name}:v{version}',
  'catalog:home:{locale}',
  'catalog:product:{id}',
  'pricing:offer:{id}',
  'pricing:price:{id}',
  'user:profile-by-email:{email}',
  'user:profile:{userId}',
  'user:recs:{userId}:{locale}',
  'user:session:{sessionId}',
];

const waiting = { timeout: 20_000, interval: 100 };

let running: Awaited<ReturnType<typeof startTestDemo>>;
beforeAll(async () => {
  running = await startTestDemo();
});
afterAll(() => running[Symbol.asyncDispose]());

describe('the shop', () => {
  it('has traffic on every family, whose hit rates agree in ledger and metrics within 0.5 points', async () => {
    const { control } = running;
    // Both are read while the traffic goes on: what comes between them weighs less the more was counted, and a difference stays.
    await vi.waitFor(async () => {
      const [{ patterns: truth }, metrics] = await Promise.all([
        readTruth(control),
        readMetricCounts(control.metricsUrls),
      ]);
      expect(Object.keys(truth).sort()).toEqual(patterns);
      expect(lookupCount(truth['catalog:product:{id}'])).toBeGreaterThan(800);
      for (const pattern of patterns) {
        const points = Math.abs(hitPercent(truth[pattern]) - hitPercent(metrics[pattern]));
        expect(points, pattern).toBeLessThan(0.5);
      }
    }, waiting);
  });

  it('keeps small and large tags', async () => {
    expect(await running.redis.scard('catalog:tag:category:electronics')).toBeGreaterThan(50);
    expect(await running.redis.scard('catalog:tag:category:gift-cards')).toBeLessThan(50);
  });

  it('refuses a second demo on its directory, and goes on itself', async () => {
    const { dataDirectory } = running;
    const second = startDemo({ dataDirectory, pagePort: null, env: process.env, print: () => {} });
    await expect(second).rejects.toThrow('--data');
    expect(readControl(dataDirectory)?.url).toBe(running.control.url);
  });
});

describe('the control server', () => {
  const start = (headers: Record<string, string>, method = 'POST') =>
    fetch(`${running.control.url}/incidents/short-ttl/start`, { method, headers });

  it('refuses changes without the token and by other methods', async () => {
    expect((await start({})).status).toBe(403);
    expect((await start({ authorization: 'Bearer wrong' })).status).toBe(403);
    expect((await start({ authorization: `Bearer ${running.control.token}` }, 'PUT')).status).toBe(405);
    expect((await readIncidents(running.control)).every((incident) => incident.state === 'stopped')).toBe(
      true,
    );
  });

  it('names what it does not know', async () => {
    await expect(runIncident(running.control, 'start', 'meteor')).rejects.toThrow(
      'No incident is called meteor.',
    );
  });
});

describe('incidents', () => {
  it('key-format moves product traffic to a new pattern, and back', async () => {
    const { control, redis } = running;
    await runIncident(control, 'start', 'key-format');
    await vi.waitFor(async () => {
      expect(
        (await readMetricCounts(control.metricsUrls))['catalog:product:{locale}:{id}']?.misses,
      ).toBeGreaterThan(20);
      expect((await redis.keys('catalog:product:en:*')).length).toBeGreaterThan(0);
    }, waiting);
    expect(await readIncidents(control)).toContainEqual(
      expect.objectContaining({ name: 'key-format', state: 'running' }),
    );
    await runIncident(control, 'stop', 'key-format');
    const before = lookupCount((await readTruth(control)).patterns['catalog:product:{id}']);
    await vi.waitFor(async () => {
      expect(lookupCount((await readTruth(control)).patterns['catalog:product:{id}'])).toBeGreaterThan(
        before + 20,
      );
    }, waiting);
  });

  it('short-ttl stores prices for seconds only, until it is stopped', async () => {
    const { control } = running;
    const shortPuts = async (): Promise<number> => {
      const lines = await readMetricLines(control.metricsUrls);
      const line =
        lines.find((text) => /^cache_ttl_at_set_seconds_bucket\{le="5.6".*price/.test(text)) ?? ' 0';
      return Number(line.slice(line.lastIndexOf(' ') + 1));
    };
    expect(await shortPuts()).toBe(0);
    await runIncident(control, 'start', 'short-ttl');
    await vi.waitFor(async () => expect(await shortPuts()).toBeGreaterThan(5), waiting);
    await runIncident(control, 'stop', 'short-ttl');
    expect((await readIncidents(control)).find(({ name }) => name === 'short-ttl')?.state).toBe('stopped');
  });

  it('redis-stop leaves the shop open on its source, and gives it an empty Redis afterwards', async () => {
    const { control, redis } = running;
    await runIncident(control, 'start', 'redis-stop');
    await expect(redis.ping()).rejects.toThrow();
    const before = (await readTruth(control)).patterns['catalog:product:{id}'];
    await vi.waitFor(async () => {
      const now = (await readTruth(control)).patterns['catalog:product:{id}'];
      expect((now?.misses ?? 0) - (before?.misses ?? 0)).toBeGreaterThan(50);
    }, waiting);
    await runIncident(control, 'stop', 'redis-stop');
    await vi.waitFor(async () => expect(await redis.dbsize()).toBeGreaterThan(50), waiting);
  });

  it('redis-hang lets Redis answer nothing, until it is stopped', async () => {
    const { control, redis } = running;
    await runIncident(control, 'start', 'redis-hang');
    await vi.waitFor(async () => {
      const lines = await readMetricLines(control.metricsUrls);
      expect(lines.some((line) => /^cache_errors_total\{.*code="timeout"/.test(line))).toBe(true);
    }, waiting);
    await runIncident(control, 'stop', 'redis-hang');
    expect(await redis.ping()).toBe('PONG');
  });
});

describe('the end of a demo', () => {
  it('is announced when a child ends that nobody asked to end, and leaves nothing', async () => {
    const pageDirectory = join(running.dataDirectory, 'programs');
    mkdirSync(pageDirectory, { recursive: true });
    const pageProgram = join(pageDirectory, 'page.mjs');
    writeFileSync(
      pageProgram,
      "console.log('Cachescope: http://127.0.0.1:' + process.argv[process.argv.indexOf('--port') + 1]); setTimeout(() => process.exit(3), 500);",
    );
    const other = await startTestDemo({ pageProgram });
    expect(other.control.pageUrl).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(await other.demo.unexpectedEnd).toBe("the page's process ended (code 3)");
    await other[Symbol.asyncDispose]();
    expect(existsSync(other.dataDirectory)).toBe(false);
  });
});

function lookupCount(counts: Counts | undefined): number {
  return (counts?.hits ?? 0) + (counts?.misses ?? 0);
}

function hitPercent(counts: Counts | undefined): number {
  return (100 * (counts?.hits ?? 0)) / lookupCount(counts);
}
