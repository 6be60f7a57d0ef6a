import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { isTrafficMetric } from '#server/sources/metrics/isTrafficMetric.ts';
import { trafficConventions } from '#server/sources/metrics/trafficConventions.ts';
import { addressRanges } from '#server/sources/targets/addressRanges.ts';
import { KeptBudget } from '#server/sources/targets/scrape/keptBudget.ts';
import type { Scrape } from '#server/sources/targets/scrape/scrape.ts';
import { type ScraperOptions, TargetScraper } from '#server/sources/targets/scrape/targetScraper.ts';
import { noAccess, type ScrapeTarget } from '#server/sources/targets/scrapeTarget.ts';
import { freePort } from '#test/support/freePort.ts';
import { hits, hostilePages } from '#test/support/metrics/hostilePages.ts';
import { scrapeTarget } from '#test/support/metrics/scrapeTarget.ts';
import { servePage } from '#test/support/metrics/servePage.ts';

const GOOD = `cache_client_info{service="catalog",instance="a",version="1"} 1\n${hits('product', 7)}`;
const TEXT = { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' };

function openScraper(target: ScrapeTarget, options: Partial<ScraperOptions> = {}): TargetScraper {
  const scraper = new TargetScraper({
    target,
    nowMs: () => 42,
    elapsedMs: () => performance.now(),
    isWanted: (metricName) => isTrafficMetric(metricName, trafficConventions),
    budget: new KeptBudget(),
    timeoutMs: 5_000,
    ...options,
  });
  onTestFinished(() => scraper.close());
  return scraper;
}

async function scrapeOnce(target: ScrapeTarget, options: Partial<ScraperOptions> = {}): Promise<Scrape> {
  return await openScraper(target, options).scrape();
}

function faultOf({ fault }: Scrape): unknown {
  return fault;
}

test('keeps what a convention reads, and counts the rest', async () => {
  await using page = await servePage((_request, response) =>
    response.writeHead(200, TEXT).end(`# HELP a A.\na{b="c"} 1\n${GOOD}`),
  );
  const scrape = await scrapeOnce(scrapeTarget(page.url));
  expect(scrape).toMatchObject({
    state: 'up',
    atMs: 42,
    fault: null,
    problem: '',
    cost: { seriesReadCount: 3, seriesKeptCount: 2 },
  });
  expect(scrape.state === 'up' && scrape.samples.map(({ name, value }) => [name, value])).toEqual([
    ['cache_client_info', 1],
    ['cache_gets_total', 7],
  ]);
});

test('reads again over the connection that it has, and anew when that was ended meanwhile', async () => {
  const ports = new Set<number>();
  let isEnding = false;
  await using page = await servePage((request, response) => {
    ports.add(request.socket.remotePort ?? 0);
    response.writeHead(200, TEXT).end(GOOD);
    if (isEnding) setImmediate(() => request.socket.destroy());
  });
  const scraper = openScraper(scrapeTarget(page.url));
  for (let reading = 0; reading < 3; reading += 1) expect((await scraper.scrape()).state).toBe('up');
  expect(ports.size).toBe(1);
  isEnding = true;
  for (let reading = 0; reading < 10; reading += 1) expect((await scraper.scrape()).state).toBe('up');
  expect(ports.size).toBeGreaterThan(1);
});

test('is down when nobody listens', async () => {
  const scrape = await scrapeOnce(scrapeTarget(`http://127.0.0.1:${await freePort()}/`));
  expect(scrape).toMatchObject({
    state: 'down',
    fault: 'unreachable',
    detail: 'It cannot be reached (ECONNREFUSED).',
  });
});

describe('a page that lies is named with its fault', () => {
  test.each(hostilePages)(
    '$name',
    async ({ fault, state, readingCount, open }) => {
      await using page = await servePage(open());
      const timeoutMs = fault === 'timeout' ? 200 : 20_000;
      const scraper = openScraper(scrapeTarget(page.url), { timeoutMs });
      let scrape = await scraper.scrape();
      for (let reading = 1; reading < readingCount; reading += 1) scrape = await scraper.scrape();
      expect({ fault: scrape.fault, state: scrape.state }).toEqual({ fault, state });
      expect(scrape.state === 'up' ? scrape.problem : scrape.detail).toMatch(/^.{10,300}\.$/s);
      expect(Object.prototype).not.toHaveProperty('x');
    },
    60_000,
  );
});

test('one restart is no lie, and a service that stops to lie is believed again', async () => {
  let value = 0;
  await using page = await servePage((_request, response) =>
    response.writeHead(200, TEXT).end(hits('a', value)),
  );
  const scraper = openScraper(scrapeTarget(page.url));
  const read = async (next: number) => {
    value = next;
    return faultOf(await scraper.scrape());
  };
  const faults: unknown[] = [];
  for (const next of [5, 1, 2, 3, 9, 1, 9, 1, 9, 1, 2, 3, 4, 5]) faults.push(await read(next));
  expect(faults.slice(0, 6)).toEqual(new Array(6).fill(null));
  expect(faults).toContain('countersFall');
  expect(faults.at(-1)).toBe(null);
});

test('who comes last is refused when all targets together have too many series', async () => {
  await using page = await servePage((_request, response) => response.writeHead(200, TEXT).end(GOOD));
  const budget = new KeptBudget(3);
  const first = openScraper(scrapeTarget(page.url), { budget });
  const second = openScraper(scrapeTarget(page.url), { budget });
  expect(faultOf(await first.scrape())).toBe(null);
  expect(faultOf(await second.scrape())).toBe('budgetSpent');
  expect(faultOf(await first.scrape())).toBe(null);
  first.close();
  expect(faultOf(await second.scrape())).toBe(null);
});

describe('credentials', () => {
  async function secretFile(text: string): Promise<string> {
    const directory = await mkdtemp(join(tmpdir(), 'cachescope-secret-'));
    onTestFinished(() => rm(directory, { recursive: true, force: true }));
    const path = join(directory, 'secret');
    await writeFile(path, text);
    return path;
  }

  test.each([
    ['a password', { username: 'me' }, 'passwordFile', `Basic ${Buffer.from('me:s e').toString('base64')}`],
    ['a token', {}, 'bearerTokenFile', 'Bearer s e'],
  ])('%s is read from its file at each scrape, and never shown', async (_name, access, key, expected) => {
    await using page = await servePage((request, response) => {
      response.writeHead(request.headers.authorization === expected ? 200 : 401, TEXT).end(GOOD);
    });
    const path = await secretFile('s e\n');
    const target = scrapeTarget(page.url, { access: { ...noAccess, ...access, [key]: path } });
    const scraper = openScraper(target);
    expect((await scraper.scrape()).state).toBe('up');
    await writeFile(path, 'old-secret');
    const refused = await scraper.scrape();
    expect(refused).toMatchObject({ fault: 'credentials', detail: 'It refuses our credentials (HTTP 401).' });
    await rm(path);
    const unread = await scraper.scrape();
    expect(unread).toMatchObject({ fault: 'credentials', detail: expect.stringContaining('cannot be read') });
    expect(JSON.stringify([refused, unread])).not.toContain('secret"');
    expect(JSON.stringify([refused, unread])).not.toContain('old-secret');
  });

  test('a file with more than one line is no secret', async () => {
    await using page = await servePage((_request, response) => response.end(GOOD));
    const access = { ...noAccess, bearerTokenFile: await secretFile('a\r\nx-injected: b') };
    expect(faultOf(await scrapeOnce(scrapeTarget(page.url, { access })))).toBe('credentials');
    expect(page.requestCount()).toBe(0);
  });
});

describe('an announced address', () => {
  const ranges = addressRanges(['127.0.0.0/8', '::1/128']);

  test.each([
    'http://169.254.169.254/latest',
    'http://10.0.0.1/metrics',
    'http://[fd00::1]/metrics',
    'http://[::ffff:10.0.0.1]/metrics',
    'http://0xa000001/metrics',
    'http://167772161/metrics',
  ])('%s is not connected to', async (url) => {
    expect(await scrapeOnce(scrapeTarget(url, { ranges }))).toMatchObject({
      fault: 'addressRefused',
      detail: 'Its address is outside 127.0.0.0/8, ::1/128.',
    });
  });

  test('is checked as it is connected to, whatever its name resolved to before', async () => {
    await using page = await servePage((_request, response) => {
      response.writeHead(200, { ...TEXT, connection: 'close' }).end(GOOD);
    });
    const answers = ['127.0.0.1', '10.0.0.1', '127.0.0.1'];
    let askedCount = 0;
    const lookUpHost = async () => {
      askedCount += 1;
      return [{ address: answers[askedCount - 1] ?? '', family: 4 }];
    };
    const target = scrapeTarget(`http://rebind.example:${page.port}/metrics`, { ranges });
    const scraper = openScraper(target, { lookUpHost });
    expect(faultOf(await scraper.scrape())).toBe(null);
    expect(faultOf(await scraper.scrape())).toBe('addressRefused');
    expect(faultOf(await scraper.scrape())).toBe(null);
    expect(page.requestCount()).toBe(2);
  });

  test('is connected to at those of its addresses that are inside', async () => {
    await using page = await servePage((_request, response) => response.writeHead(200, TEXT).end(GOOD));
    const lookUpHost = async () => [
      { address: '10.0.0.1', family: 4 },
      { address: '127.0.0.1', family: 4 },
    ];
    const target = scrapeTarget(`http://two.example:${page.port}/metrics`, { ranges });
    expect(faultOf(await scrapeOnce(target, { lookUpHost }))).toBe(null);
  });
});

test('a name that DNS resolved is connected to at its address, and asked by its name', async () => {
  let host = '';
  await using page = await servePage((request, response) => {
    host = request.headers.host ?? '';
    response.writeHead(200, TEXT).end(GOOD);
  });
  const target = scrapeTarget(`http://catalog.invalid:${page.port}/metrics`, { connectTo: '127.0.0.1' });
  expect(faultOf(await scrapeOnce(target))).toBe(null);
  expect(host).toBe(`catalog.invalid:${page.port}`);
});
