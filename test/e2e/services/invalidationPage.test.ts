import { expect, test } from 'vitest';
import { createCache, family } from '#cache/cache.ts';
import { axeFindings } from '#test/support/browser/axeFindings.ts';
import { expectPage } from '#test/support/browser/expectPage.ts';
import { buryLetters, eventsInStream, LETTERS } from '#test/support/letters/buryLetters.ts';
import { openBrowser } from '#test/support/openBrowser.ts';
import { openClient } from '#test/support/redis/openClient.ts';
import { startCachescope } from '#test/support/startCachescope.ts';
import { startRedis } from '#test/support/startRedis.ts';

test('a dead letter is listed, looked at and replayed by the keyboard', async () => {
  await using redis = await startRedis();
  const [id = ''] = await buryLetters(redis.client, 2);
  const client = openClient({ port: redis.port });
  const cache = createCache({
    ...{ redis: client, service: 'shop', instance: 'shop-1', announce: { everySeconds: 1 } },
    families: { product: family({ key: 'product:{id}', ttlSeconds: 600, load: async ({ id: of }) => of }) },
  });
  await using stack = new AsyncDisposableStack();
  stack.defer(async () => {
    await cache.close();
    client.disconnect();
  });
  await cache.product.get({ id: 1 });
  await using server = await startCachescope({ redisUrl: redis.url });
  await using browser = await openBrowser();
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, colorScheme: 'dark' });
  await page.goto(`${server.url}/invalidation?range=15m`);
  const table = page.getByRole('table', { name: 'Dead letters' });
  await expectPage(table).toContainText(id, { timeout: 60_000 });
  expect(await axeFindings(page)).toEqual([]);

  await table.getByRole('row').filter({ hasText: id }).focus();
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog');
  await expectPage(dialog).toContainText('Error: no product 0');
  // From the way out to what is behind it.
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  const plan = page.getByRole('alertdialog');
  await expectPage(plan).toContainText('Replay 1 dead letter of shop');
  const confirm = plan.getByRole('button', { name: 'Replay 1 letter' });
  await confirm.focus();
  await page.keyboard.press('Enter');
  await expectPage(page.getByText('1 replayed.')).toBeVisible({ timeout: 20_000 });
  expect(await eventsInStream(redis.client)).toEqual(['other', 'e0']);
  expect(await redis.client.xlen(LETTERS)).toBe(1);
  expect(browser.problems).toEqual([]);
}, 180_000);
