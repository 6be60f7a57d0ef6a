import type { Page } from '@playwright/test';
import { expect, test } from 'vitest';
import { expectPage } from '#test/support/browser/expectPage.ts';
import { openBrowser } from '#test/support/openBrowser.ts';
import { sizes } from '#test/support/pages.ts';
import { startCachescope } from '#test/support/startCachescope.ts';
import { startRedis, type TestRedis } from '#test/support/startRedis.ts';

const HOSTILE = ['<img src=x onerror=alert(1)>', '\u202ehidden', '__proto__', 'nl\r\nFLUSHALL', '{{7*7}}'];

async function fill({ client }: TestRedis): Promise<void> {
  const batch = client.pipeline();
  for (let id = 0; id < 300; id += 1) {
    batch.set(`shop:user:${1_000 + id}`, `{"id":${id},"password":"geheim"}`, 'EX', 600);
  }
  for (const name of HOSTILE) batch.set(`hostile:${name}`, name);
  batch.set(Buffer.from([0x62, 0xff, 0x2a]), 'x');
  batch.sadd('shop:key-tags:shop:user:1042', 'people');
  batch.sadd('shop:tag:people', 'shop:user:1042');
  await batch.exec();
}

/** Types into the field that `/` reaches and sends it, as one without a mouse does. */
async function search(page: Page, text: string): Promise<void> {
  await page.keyboard.press('/');
  await expectPage(page.getByRole('searchbox', { name: 'Search keys' })).toBeFocused();
  await page.keyboard.type(text);
  await page.keyboard.press('Enter');
}

async function tabTo(page: Page, name: string): Promise<void> {
  const button = page.getByRole('button', { name });
  for (let presses = 0; presses < 60; presses += 1) {
    if (await button.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`Tab does not reach "${name}"`);
}

test.each(sizes)(
  'a key is found, inspected and its value read by the keyboard alone, $name',
  async ({ viewport }) => {
    await using redis = await startRedis();
    await fill(redis);
    await using cachescope = await startCachescope({ redisUrl: redis.url, args: ['--values'] });
    await using browser = await openBrowser();
    const page = await browser.newPage({ viewport });
    await page.goto(cachescope.url);
    await page.getByRole('navigation').waitFor();
    await page.keyboard.press('g');
    await page.keyboard.press('k');
    await expectPage(page.getByText('Which keys?')).toBeVisible();

    await search(page, 'shop:user:104?');
    const table = page.getByRole('table', { name: 'Keys' });
    await expectPage(table.getByRole('row')).toHaveCount(11);
    await expectPage(page.getByText(/10 keys · all 308 keys looked at/)).toBeVisible();
    expect(page.url()).not.toContain('shop');

    await page.keyboard.press('Escape');
    await table.getByRole('row').nth(1).focus();
    await page.keyboard.press('j');
    await expectPage(table.getByRole('row').nth(2)).toBeFocused();
    await page.keyboard.press('j');
    await expectPage(table.getByRole('row').nth(3)).toBeFocused();
    await page.keyboard.press('Enter');
    await expectPage(page.getByRole('heading', { name: /shop:user:1042/ })).toBeVisible();
    expect(page.url()).not.toContain('1042');
    await expectPage(page.getByRole('link', { name: 'people' })).toHaveAttribute('href', /tags\?q=people/);
    await expectPage(page.getByRole('region', { name: 'Facts' })).toContainText('JSON');

    await tabTo(page, 'Show the value');
    await page.keyboard.press('Enter');
    const value = page.getByRole('region', { name: 'Value' }).first();
    await expectPage(value).toContainText('"password": "[redacted]"');
    expect(await page.content()).not.toContain('geheim');
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    expect(width).toBeLessThanOrEqual(viewport.width);
    expect(browser.problems).toEqual([]);
  },
  120_000,
);

test('hostile and binary names are text, whichever way they are searched for', async () => {
  await using redis = await startRedis();
  await fill(redis);
  await using cachescope = await startCachescope({ redisUrl: redis.url });
  await using browser = await openBrowser();
  const page = await browser.newPage();
  await page.goto(`${cachescope.url}/keys`);
  await page.getByText('Which keys?').waitFor();
  await search(page, 'hostile:*');
  const table = page.getByRole('table', { name: 'Keys' });
  await expectPage(table.getByRole('row')).toHaveCount(HOSTILE.length + 1);
  await expectPage(table).toContainText('hostile:\\xe2\\x80\\xaehidden');
  await expectPage(table).toContainText('hostile:nl\\x0d\\x0aFLUSHALL');
  await table.getByText('onerror').first().click();
  await expectPage(page.getByRole('region', { name: 'Facts' })).toContainText('28 B');
  await page.getByRole('link', { name: '← Keys' }).click();
  await search(page, 'b\\xff*');
  await page.getByLabel('Read the search as').selectOption('exact');
  await page.getByRole('button', { name: 'Search', exact: true }).click();
  await expectPage(page.getByText(/^1 key$/)).toBeVisible();
  expect(await page.evaluate(() => ({}).constructor === Object)).toBe(true);
  expect(browser.problems).toEqual([]);
}, 120_000);

test('a search of more keys than one call looks at goes on by itself to its end', async () => {
  await using redis = await startRedis();
  const batch = redis.client.pipeline();
  for (let id = 0; id < 150_000; id += 1) batch.set(`shop:product:${id}`, '');
  batch.set('rare:1', 'x').set('rare:2', 'x');
  await batch.exec();
  await using cachescope = await startCachescope({ redisUrl: redis.url });
  await using browser = await openBrowser();
  const page = await browser.newPage();
  await page.goto(`${cachescope.url}/keys`);
  await page.getByText('Which keys?').waitFor();
  await search(page, 'rare:*');
  await expectPage(page.getByText(/2 keys · all 150,002 keys looked at/)).toBeVisible({ timeout: 60_000 });
  expect(browser.problems).toEqual([]);
}, 120_000);
