import { expect, test } from 'vitest';
import { expectPage } from '#test/support/browser/expectPage.ts';
import { openBrowser } from '#test/support/openBrowser.ts';
import { startCachescope } from '#test/support/startCachescope.ts';
import { startRedis } from '#test/support/startRedis.ts';

test('Redis killed under the page: it stays, says so within 5 s, keeps the data, recovers within 10 s', async () => {
  await using redis = await startRedis();
  await redis.client.set('product:1', 'x', 'EX', 600);
  await using cachescope = await startCachescope({ redisUrl: redis.url });
  await using browser = await openBrowser();
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await page.goto(`${cachescope.url}/patterns`);
  await expectPage(page.getByText('product:{id}').first()).toBeVisible();

  await redis.kill();
  await expectPage(page.getByRole('alert')).toContainText(/redis/i, { timeout: 5_000 });
  await expectPage(page.getByText('product:{id}').first()).toBeVisible();

  await redis.restart();
  await expectPage(page.getByRole('alert')).toHaveCount(0, { timeout: 10_000 });
  expect(cachescope.exitCode()).toBeNull();
  expect(cachescope.output()).not.toMatch(/unhandled|TypeError/i);
  expect(browser.problems).toEqual([]);
}, 120_000);
