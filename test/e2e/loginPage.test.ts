import type { Page } from '@playwright/test';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { askApi } from '#test/support/access/openLoginServer.ts';
import { PASSWORD } from '#test/support/access/openTestLogins.ts';
import { axeFindings } from '#test/support/browser/axeFindings.ts';
import { expectPage } from '#test/support/browser/expectPage.ts';
import { openBrowser, type TestBrowser } from '#test/support/openBrowser.ts';
import { sizes, themes } from '#test/support/pages.ts';
import { startCachescope, type TestCachescope } from '#test/support/startCachescope.ts';
import { startRedis, type TestRedis } from '#test/support/startRedis.ts';

let redis: TestRedis;
let cachescope: TestCachescope;
let browser: TestBrowser;

beforeAll(async () => {
  redis = await startRedis();
  await redis.client.set('catalog:product:1', 'x', 'EX', 600);
  await redis.client.sadd('catalog:tag:shoes', 'catalog:product:1');
  cachescope = await startCachescope({ redisUrl: redis.url, args: ['--login'] });
  browser = await openBrowser();
});
afterAll(async () => {
  await browser[Symbol.asyncDispose]();
  await cachescope[Symbol.asyncDispose]();
  await redis[Symbol.asyncDispose]();
});

async function typeAll(page: Page, texts: readonly string[]): Promise<void> {
  for (const [index, text] of texts.entries()) {
    if (index > 0) await page.keyboard.press('Tab');
    await page.keyboard.type(text);
  }
  await page.keyboard.press('Enter');
}

test('by keyboard alone: the first admin, logging out, logging in, a page that needs a role', async () => {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await page.goto(`${cachescope.url}/tags?q=shoes`);
  await expectPage(page.getByRole('heading', { name: 'Make the first admin' })).toBeVisible();
  await expectPage(page.getByLabel('Token')).toBeFocused();
  expect(await axeFindings(page)).toEqual([]);
  const token = /once: (\S+)/.exec(cachescope.output())?.[1] ?? '';
  await typeAll(page, [token, 'ada', PASSWORD]);

  // The address that was asked for, with the page behind it.
  await expectPage(page.getByRole('button', { name: /purge.*shoes/i })).toBeEnabled();
  expect(new URL(page.url()).search).toBe('?q=shoes');
  expect(await page.evaluate(() => document.cookie)).toBe('');

  const account = page.getByRole('button', { name: /ada.*admin.*your account/ });
  await account.focus();
  await page.keyboard.press('Enter');
  await expectPage(page.getByRole('dialog', { name: 'ada' })).toBeVisible();
  expect(await axeFindings(page)).toEqual([]);
  await page.getByRole('button', { name: 'Log out', exact: true }).focus();
  await page.keyboard.press('Enter');

  await expectPage(page.getByLabel('Name')).toBeFocused();
  await typeAll(page, ['ada', 'wrong horse battery']);
  await expectPage(page.getByRole('alert')).toContainText('The name or the password is wrong.');
  await expectPage(page.getByLabel('Password')).toBeFocused();
  await page.keyboard.type(PASSWORD);
  await page.keyboard.press('Enter');
  await expectPage(account).toBeVisible();

  await page.goto(`${cachescope.url}/users`);
  await page.getByRole('button', { name: 'Add a user' }).focus();
  await page.keyboard.press('Enter');
  await typeAll(page, ['bob', PASSWORD]);
  await expectPage(page.getByRole('row', { name: /bob viewer/ })).toBeVisible();
  expect(await axeFindings(page)).toEqual([]);
  // The one wrong password, and at times what the page was asking just as it logged out.
  const problems = browser.problems.splice(0);
  expect(problems[0]).toContain('401');
  expect(new Set(problems).size).toBe(1);
  await page.context().close();
}, 90_000);

test('a viewer sees what an operator could do, switched off, and why; and is put out when removed', async () => {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await page.goto(`${cachescope.url}/tags`);
  await page.getByLabel('Name').fill('bob');
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Log in' }).click();
  const purge = page.getByRole('button', { name: /purge.*shoes/i });
  await expectPage(purge).toBeDisabled();
  await expectPage(purge).toHaveAttribute('title', 'This needs the role operator; you are viewer.');
  await expectPage(page.getByRole('main')).toContainText('This needs the role operator; you are viewer.');

  const ada = await askApi(cachescope.url, 'access.login', { input: { name: 'ada', password: PASSWORD } });
  const removed = await askApi(cachescope.url, 'access.users.remove', {
    cookie: ada.cookie,
    input: { name: 'bob' },
  });
  expect(removed.status).toBe(200);
  await expectPage(page.getByRole('heading', { name: 'Log in' })).toBeVisible({ timeout: 15_000 });
  browser.problems.splice(0);
  await page.context().close();
});

const looks = sizes.flatMap((size) => themes.map((theme) => ({ ...size, theme })));

test.each(looks)('axe finds nothing on the login, $name, $theme', async ({ viewport, theme }) => {
  const page = await browser.newPage({ viewport, colorScheme: theme });
  await page.goto(cachescope.url);
  await page.getByLabel('Name').waitFor();
  expect(await axeFindings(page)).toEqual([]);
  expect(browser.problems.splice(0)).toEqual([]);
  await page.context().close();
});
