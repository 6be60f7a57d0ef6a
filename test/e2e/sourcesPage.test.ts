import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { expectPage } from '#test/support/browser/expectPage.ts';
import { hits, hostilePages } from '#test/support/metrics/hostilePages.ts';
import { servePage } from '#test/support/metrics/servePage.ts';
import { openBrowser } from '#test/support/openBrowser.ts';
import { startCachescope } from '#test/support/startCachescope.ts';
import { startRedis } from '#test/support/startRedis.ts';

const GOOD = `cache_client_info{service="catalog",instance="c-1",version="7"} 1\n${hits('catalog:{id}', 5)}`;

test('the page of sources names who lies, with its fault and the next step, beside who does not', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'cachescope-targets-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  const file = join(directory, 'targets.json');
  await writeFile(file, '[{"targets": ["127.0.0.1:1');
  await using opened = new AsyncDisposableStack();
  const redis = opened.use(await startRedis());
  const good = opened.use(
    await servePage((_request, response) =>
      response.writeHead(200, { 'content-type': 'text/plain' }).end(`other_total 1\n${GOOD}`),
    ),
  );
  const liars = hostilePages.filter(({ name }) => name === 'HTML' || name === 'the same series twice');
  const lying = await Promise.all(liars.map(async ({ open }) => opened.use(await servePage(open()))));
  const args = [good, ...lying].flatMap(({ url }) => ['--metrics', url]);
  const server = opened.use(
    await startCachescope({ redisUrl: redis.url, args: [...args, '--metrics-file', file] }),
  );
  const browser = opened.use(await openBrowser());

  for (const colorScheme of ['dark', 'light'] as const) {
    for (const width of [1440, 390]) {
      const page = await browser.newPage({ viewport: { width, height: 844 }, colorScheme });
      await page.goto(`${server.url}/sources`);
      const rows = page.getByRole('table', { name: 'Sources of metrics' }).getByRole('row');
      await expectPage(rows.filter({ hasText: good.url })).toContainText('catalog', { timeout: 60_000 });
      await expectPage(rows.filter({ hasText: good.url })).toContainText('2 of 3');
      // What is wrong stands first, below the head.
      await expectPage(rows.nth(1)).toContainText('down');
      await expectPage(rows.nth(2)).toContainText('read in part');
      const troubles = page.getByRole('region', { name: 'What is wrong with them' });
      await expectPage(troubles).toContainText('It answers with text/html, which is not a metrics page.');
      await expectPage(troubles).toContainText('1 series stands on the page more than once');
      await expectPage(troubles).toContainText('The file is no JSON.');
      await expectPage(troubles).toContainText('Correct the file');
      const isWider = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
      expect(isWider).toBe(false);
      await page.context().close();
    }
  }
  expect(browser.problems).toEqual([]);
}, 120_000);

test('without a source the page says how to add one', async () => {
  await using redis = await startRedis();
  await using server = await startCachescope({ redisUrl: redis.url });
  await using browser = await openBrowser();
  const page = await browser.newPage();
  await page.goto(server.url);
  await page.getByRole('link', { name: 'Sources' }).first().click();
  await expectPage(page.getByRole('main')).toContainText('No metrics are read');
  await expectPage(page.getByRole('main')).toContainText('--metrics-dns');
  await expectPage(page.getByRole('main')).toContainText('127.0.0.0/8');
  expect(browser.problems).toEqual([]);
}, 120_000);
