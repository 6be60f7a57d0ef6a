import { expect, onTestFinished, test } from 'vitest';
import { createCache, family } from '#cache/cache.ts';
import { axeFindings } from '#test/support/browser/axeFindings.ts';
import { expectPage } from '#test/support/browser/expectPage.ts';
import { buryLetters, eventsInStream, LETTERS } from '#test/support/letters/buryLetters.ts';
import { openBrowser } from '#test/support/openBrowser.ts';
import { openClient } from '#test/support/redis/openClient.ts';
import { startCachescope } from '#test/support/startCachescope.ts';
import { startRedis, type TestRedis } from '#test/support/startRedis.ts';

/** An instance of the service whose letters these are, which has stored one product. Ends with the test. */
async function openShop({ port }: TestRedis): Promise<void> {
  const client = openClient({ port });
  const cache = createCache({
    ...{ redis: client, service: 'shop', instance: 'shop-1', announce: { everySeconds: 1 } },
    families: { product: family({ key: 'product:{id}', ttlSeconds: 600, load: async ({ id }) => id }) },
  });
  onTestFinished(async () => {
    await cache.close();
    client.disconnect();
  });
  await cache.product.get({ id: 1 });
}

test('a dead letter is listed, looked at and replayed by the keyboard', async () => {
  await using redis = await startRedis();
  const [id = ''] = await buryLetters(redis.client, 2);
  await openShop(redis);
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

test('what a dead invalidation names is purged from its letter, which stays and is said to', async () => {
  await using redis = await startRedis();
  const letters = 'shop:cachescope:dead-letters:invalidations';
  const fields = { kind: 'key', target: 'shop:product:1', mode: 'hard', source: 'key', reason: 'refused' };
  // As old as takes the most room.
  const givenUpAtMs = Date.now() - 23 * 3_600_000 - 52 * 60_000;
  const id = await redis.client.xadd(letters, `${givenUpAtMs}-0`, ...Object.entries(fields).flat());
  await openShop(redis);
  await using server = await startCachescope({ redisUrl: redis.url });
  await using browser = await openBrowser();
  const page = await browser.newPage({ viewport: { width: 390, height: 844 }, colorScheme: 'light' });
  await page.goto(`${server.url}/invalidation?range=15m&letter=${id}`);
  const givenUp = page.getByRole('cell').filter({ hasText: /ago$/ });
  await expectPage(givenUp).toHaveText(/^23.h 5\d.min ago$/, { timeout: 60_000 });
  expect(await givenUp.evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)).toBe(0);
  await page.getByRole('button', { name: 'Plan its purge …' }).click({ timeout: 60_000 });
  const plan = page.getByRole('alertdialog');
  await expectPage(plan).toContainText('Purge 1 key named shop:product:1');
  expect(await axeFindings(page)).toEqual([]);
  await plan.getByRole('button', { name: 'Purge 1 key' }).click();
  const stays = `The dead letter ${id} of shop stays in its list until it is dropped.`;
  await expectPage(page.getByRole('listitem').filter({ hasText: stays })).toContainText('1 removed.', {
    timeout: 20_000,
  });
  await expectPage(page.getByRole('table', { name: 'Dead letters' })).toContainText(String(id));
  expect(await redis.client.exists('shop:product:1')).toBe(0);
  expect(browser.problems).toEqual([]);
}, 180_000);
