import { expect, onTestFinished, test } from 'vitest';
import { openServer } from '#server/openServer.ts';
import { expectPage } from '#test/support/browser/expectPage.ts';
import { openBrowser } from '#test/support/openBrowser.ts';
import { sizes } from '#test/support/pages.ts';
import { startRedis } from '#test/support/startRedis.ts';
import { testConfig, testSurroundings } from '#test/support/testConfig.ts';

test.each(sizes)(
  'keys of a glob are let go over time, and named ones at once, by keys alone ($name)',
  { timeout: 120_000 },
  async ({ viewport }) => {
    await using redis = await startRedis();
    const server = await openServer(testConfig(redis.port), testSurroundings);
    onTestFinished(() => server.close());
    await using browser = await openBrowser();
    const fill = redis.client.pipeline();
    for (let id = 0; id < 150; id += 1)
      fill.set(`shop:product:${id}`, 'value').set(`shop:user:${id}`, 'value');
    await fill.exec();
    const page = await browser.newPage({ viewport });
    const { keyboard } = page;
    await page.goto(`${server.url}/purge`);
    await page.getByLabel('Which keys').focus();
    // The list of the browser itself: typing chooses.
    await keyboard.type('that');
    await keyboard.press('Tab');
    await keyboard.type('shop:product:*');
    await keyboard.press('Tab');
    await keyboard.press('Tab');
    await keyboard.press('Tab');
    await expectPage(page.getByRole('button', { name: 'Plan the purge' })).toBeFocused();
    await keyboard.press('Enter');

    const dialog = page.getByRole('alertdialog');
    await expectPage(dialog).toContainText('Purge 150 keys matching shop:product:*');
    await expectPage(dialog.getByRole('button', { name: 'Cancel' })).toBeFocused();
    await expectPage(dialog).toContainText('is not known');
    const methods = dialog.getByLabel('How the keys go');
    await methods.focus();
    await keyboard.type('spread over 6');
    await keyboard.press('Tab');
    await expectPage(dialog.getByRole('button', { name: 'Plan it so' })).toBeFocused();
    await keyboard.press('Enter');
    await expectPage(dialog).toContainText('Let 150 keys matching shop:product:* expire within 6 h');
    await dialog.getByLabel('Reason').focus();
    await keyboard.type('stale stock');
    await keyboard.press('Tab');
    await keyboard.type('test 150');
    await keyboard.press('Enter');
    const job = page.getByRole('article').first();
    await expectPage(job.getByRole('status')).toHaveText('completed');
    await expectPage(job).toContainText('150 set to expire.');
    const ttlMs = await redis.client.pttl('shop:product:7');
    expect(ttlMs).toBeGreaterThan(0);
    expect(ttlMs).toBeLessThanOrEqual(6 * 3_600_000);
    expect(await redis.client.pttl('shop:user:7')).toBe(-1);

    await page.getByLabel('Which keys').focus();
    await keyboard.type('by');
    await keyboard.press('Tab');
    await keyboard.press('ControlOrMeta+a');
    await keyboard.type('shop:user:1\nshop:user:2');
    await keyboard.press('Tab');
    await keyboard.press('Enter');
    await expectPage(dialog).toContainText('Purge 2 keys named shop:user:1 and 1 more');
    await dialog.getByRole('button', { name: 'Purge 2 keys' }).focus();
    await keyboard.press('Enter');
    await expectPage(page.getByRole('article').first()).toContainText('2 removed.');
    expect(await redis.client.exists('shop:user:1', 'shop:user:2', 'shop:user:3')).toBe(1);

    const widest = await page.evaluate(() => document.documentElement.scrollWidth);
    expect(widest).toBeLessThanOrEqual(viewport.width);
    await page.context().close();
    expect(browser.problems).toEqual([]);
  },
);
