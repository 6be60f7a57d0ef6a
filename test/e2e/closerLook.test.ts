import { expect, test } from 'vitest';
import { expectPage } from '#test/support/browser/expectPage.ts';
import { openBrowser } from '#test/support/openBrowser.ts';
import { startCachescope } from '#test/support/startCachescope.ts';
import { startRedis, type TestRedis } from '#test/support/startRedis.ts';

/** 40 JSON objects a minute old, of which a quarter was read since; RESTORE gives them an idle time. */
async function fill({ client }: TestRedis): Promise<void> {
  await client.set('raw', '{"id":1,"name":"x"}');
  const value = await client.dumpBuffer('raw');
  await client.del('raw');
  const batch = client.pipeline();
  for (let id = 0; id < 40; id += 1) {
    const idleSeconds = id % 4 === 0 ? 5 : 60;
    batch.call('RESTORE', `app:page:${1_000 + id}`, 540_000, value, 'IDLETIME', idleSeconds);
  }
  await batch.exec();
}

test('a closer look at a foreign pattern shows formats and unread keys, after it has said what it costs', async () => {
  await using redis = await startRedis();
  await fill(redis);
  await using cachescope = await startCachescope({
    redisUrl: redis.url,
    args: ['--pattern-ttls', 'app:page:{id}=600'],
  });
  await using browser = await openBrowser();
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await page.goto(`${cachescope.url}/patterns`);
  const link = page.getByText('app:page:{id}', { exact: true });
  await expectPage(link).toBeVisible({ timeout: 20_000 });
  await link.click();

  await expectPage(page.getByRole('figure', { name: 'Size' })).toBeVisible();
  await expectPage(page.getByText('declared by --pattern-ttls')).toBeVisible();
  const panel = page.getByRole('region', { name: 'A closer look' });
  await expectPage(panel).toContainText('they are subtracted');
  await panel.getByRole('button', { name: 'Look at values' }).click();
  await expectPage(panel.getByLabel('Formats')).toContainText('JSON');
  await expectPage(panel.getByLabel('Formats')).toContainText('20 of 20');
  await expectPage(panel).toContainText('30 of 40 keys by idle time');
  expect(browser.problems).toEqual([]);
});
