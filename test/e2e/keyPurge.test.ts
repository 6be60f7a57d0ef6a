import { expect, onTestFinished, test } from 'vitest';
import { openServer } from '#server/openServer.ts';
import { DEFAULT_TARGET_ID } from '#shared/target.ts';
import { apiClient } from '#test/support/apiClient.ts';
import { expectPage } from '#test/support/browser/expectPage.ts';
import { openBrowser } from '#test/support/openBrowser.ts';
import { sizes } from '#test/support/pages.ts';
import { startRedis } from '#test/support/startRedis.ts';
import { testConfig, testSurroundings } from '#test/support/testConfig.ts';

test.each(sizes)(
  'one key is purged from its page and no other, and the page shows that it is gone ($name)',
  { timeout: 120_000 },
  async ({ viewport }) => {
    await using redis = await startRedis();
    const server = await openServer(testConfig(redis.port), testSurroundings);
    onTestFinished(() => server.close());
    await redis.client.mset('shop:cart:7', 'x', 'shop:cart:77', 'x', 'shop:cart:*', 'x');
    await using browser = await openBrowser();
    const page = await browser.newPage({ viewport });
    await page.goto(`${server.url}/keys`);
    await page.getByRole('searchbox', { name: 'Search keys' }).fill('shop:cart:*');
    await page.keyboard.press('Enter');
    // The key whose name is also a glob of all.
    await page
      .getByRole('table', { name: 'Keys' })
      .getByRole('link', { name: 'shop:cart:*' })
      .first()
      .click();
    const facts = page.getByRole('region', { name: 'Facts' });
    await facts.getByRole('button', { name: 'Purge …' }).click();

    const dialog = page.getByRole('alertdialog');
    await expectPage(dialog).toContainText('Purge 1 key named shop:cart:* in test');
    await dialog.getByRole('button', { name: 'Purge 1 key' }).click();
    await expectPage(page.getByRole('article').getByRole('status')).toHaveText('completed');
    await expectPage(facts).toContainText('The key is not there');
    await expectPage(page.getByRole('button', { name: 'Purge …' })).toHaveCount(0);
    expect((await redis.client.keys('*')).toSorted()).toEqual(['shop:cart:7', 'shop:cart:77']);
    const { entries } = await apiClient(server.url).audit.list.query({
      targetId: DEFAULT_TARGET_ID,
      limit: 1,
    });
    expect(entries[0]).toMatchObject({ action: 'purge', phase: 'ended', progress: { changedCount: 1 } });
    const widest = await page.evaluate(() => document.documentElement.scrollWidth);
    expect(widest).toBeLessThanOrEqual(viewport.width);
    await page.context().close();
    expect(browser.problems).toEqual([]);
  },
);
