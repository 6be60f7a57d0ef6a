import { expect, onTestFinished, test } from 'vitest';
import { createCache, family } from '#cache/cache.ts';
import { openServer } from '#server/openServer.ts';
import { expectPage } from '#test/support/browser/expectPage.ts';
import { openBrowser } from '#test/support/openBrowser.ts';
import { sizes } from '#test/support/pages.ts';
import { openClient } from '#test/support/redis/openClient.ts';
import { startRedis } from '#test/support/startRedis.ts';
import { testConfig, testSurroundings } from '#test/support/testConfig.ts';

test.each(sizes)(
  'an entry is compared with its source from its page ($name)',
  { timeout: 120_000 },
  async ({ viewport }) => {
    await using redis = await startRedis();
    const client = openClient({ port: redis.port });
    onTestFinished(() => client.disconnect());
    let price = 5;
    const cache = createCache({
      ...{ redis: client, service: 'shop', instance: 'shop-1', version: '3.1' },
      ...{ announce: {}, control: {}, verify: { settleMs: 1 } },
      families: { price: family({ key: 'price:{id}', ttlSeconds: 600, load: async () => ({ price }) }) },
    });
    onTestFinished(async () => void (await cache.close()));
    await cache.price.get({ id: 7 });
    const server = await openServer(testConfig(redis.port), testSurroundings);
    onTestFinished(() => server.close());
    await using browser = await openBrowser();
    const page = await browser.newPage({ viewport });
    await page.goto(`${server.url}/keys`);
    await page.getByRole('searchbox', { name: 'Search keys' }).fill('shop:price:7');
    await page.keyboard.press('Enter');
    await page.getByRole('link', { name: 'shop:price:7' }).first().click();

    const source = page.getByRole('region', { name: 'Source' });
    await source.getByRole('button', { name: 'Compare with the source' }).click();
    await expectPage(source).toContainText('The same as the source');
    await expectPage(source).toContainText('shop-1 (3.1)');
    price = 6;
    await source.getByRole('button', { name: 'Compare again' }).click();
    await expectPage(source).toContainText('Not what the source has');
    const widest = await page.evaluate(() => document.documentElement.scrollWidth);
    expect(widest).toBeLessThanOrEqual(viewport.width);
    expect(browser.problems).toEqual([]);
  },
);
