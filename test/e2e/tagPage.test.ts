import { expect, test } from 'vitest';
import { expectPage } from '#test/support/browser/expectPage.ts';
import { openBrowser } from '#test/support/openBrowser.ts';
import { sizes } from '#test/support/pages.ts';
import { startCachescope } from '#test/support/startCachescope.ts';
import { startRedis, type TestRedis } from '#test/support/startRedis.ts';

/** `shoes` has lost a third of its entries, and the rest outlive its index; `hats` is well. */
async function fill({ client }: TestRedis): Promise<void> {
  const batch = client.pipeline();
  for (let id = 0; id < 300; id += 1) {
    const key = `shop:product:${id}`;
    if (id % 3 !== 0) batch.set(key, `value ${id}`, 'EX', 3_600);
    batch.sadd('shop:tag:shoes', key);
    batch.sadd(`shop:key-tags:${key}`, 'shoes');
  }
  batch.expire('shop:tag:shoes', 1_800);
  batch.set('shop:hat:1', 'v', 'EX', 60).sadd('shop:tag:hats', 'shop:hat:1').expire('shop:tag:hats', 600);
  await batch.exec();
}

test.each(sizes)(
  'what is wrong with a tag is found in the list, read on its page and purged from there, $name',
  async ({ viewport }) => {
    await using redis = await startRedis();
    await fill(redis);
    await using cachescope = await startCachescope({ redisUrl: redis.url });
    await using browser = await openBrowser();
    const page = await browser.newPage({ viewport });
    await page.goto(`${cachescope.url}/tags`);
    const table = page.getByRole('table', { name: 'Tags' });
    await expectPage(table.getByRole('row')).toHaveCount(3);
    await page.getByRole('combobox', { name: 'Health' }).selectOption('outlivedIndex');
    await expectPage(table.getByRole('row')).toHaveCount(2);
    expect(page.url()).toContain('health=outlivedIndex');

    await table.getByRole('link', { name: 'shoes' }).click();
    await expectPage(page.getByRole('heading', { name: 'shoes' })).toBeVisible();
    const finding = page.getByRole('article', { name: 'Entries outlive their index' });
    await expectPage(finding).toContainText('The index expires in 30 min; 200 of 200 members');
    await expectPage(page.getByRole('article', { name: '33 % of the members are gone' })).toBeVisible();
    await expectPage(page.getByRole('table', { name: 'Members' })).toContainText('gone');
    await expectPage(page.getByRole('region', { name: 'Members by pattern' })).toContainText('200');
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    expect(width).toBeLessThanOrEqual(viewport.width);

    await page.getByRole('button', { name: 'Purge …' }).click();
    const dialog = page.getByRole('alertdialog');
    await expectPage(dialog).toContainText('Purge 300 keys tagged shoes');
    await dialog.getByRole('button', { name: 'Cancel' }).click();

    await page.getByRole('button', { name: 'Repair …' }).click();
    await expectPage(dialog).toContainText('Take 100 missing entries out of and raise the TTL of the index');
    await dialog.getByRole('button', { name: 'Repair the index' }).click();
    await expectPage(page.getByRole('article').first().getByRole('status')).toHaveText('completed');
    expect(await redis.client.scard('shop:tag:shoes')).toBe(200);
    expect(await redis.client.ttl('shop:tag:shoes')).toBeGreaterThan(3_000);
    await expectPage(page.getByText(/^No finding/)).toBeVisible();
    expect(browser.problems).toEqual([]);
  },
  180_000,
);
