import type { Page } from '@playwright/test';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { openApprovalServer, SHOES_COUNT } from '#test/support/access/openApprovalServer.ts';
import { PASSWORD } from '#test/support/access/openTestLogins.ts';
import { axeFindings } from '#test/support/browser/axeFindings.ts';
import { expectPage } from '#test/support/browser/expectPage.ts';
import { openBrowser, type TestBrowser } from '#test/support/openBrowser.ts';
import { sizes, themes } from '#test/support/pages.ts';

const TIMEOUT_MS = 120_000;

let around: AsyncDisposableStack;
let server: Awaited<ReturnType<typeof openApprovalServer>>;
let browser: TestBrowser;

beforeAll(async () => {
  around = new AsyncDisposableStack();
  server = around.use(await openApprovalServer());
  browser = around.use(await openBrowser());
}, 60_000);
afterAll(() => around.disposeAsync());

beforeEach(() => server.fillShoes());

async function open(name: string, path: string, look = {}): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, ...look });
  await page.goto(`${server.url}${path}`);
  await page.getByLabel('Name').fill(name);
  await page.getByLabel('Password').fill(PASSWORD);
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: /your account/ }).waitFor();
  return page;
}

const dialogOf = (page: Page) => page.getByRole('alertdialog');

/** By keyboard alone, from the tag to the wait. */
async function askByKeyboard(page: Page, reason: string): Promise<void> {
  await page.getByRole('button', { name: /purge.*shoes/i }).focus();
  await page.keyboard.press('Enter');
  await expectPage(dialogOf(page)).toContainText('Needs a second approver.');
  await expectPage(dialogOf(page).getByRole('button', { name: 'Cancel' })).toBeFocused();
  await dialogOf(page)
    .getByLabel(/^Reason/)
    .focus();
  await page.keyboard.type(reason);
  await page.keyboard.press('Enter');
  await expectPage(dialogOf(page)).toContainText('Waits for a second approver.');
}

test(
  'by keyboard alone: ada asks, bob sees it on any page and approves, ada confirms and starts it',
  async () => {
    const [ada, bob] = [await open('ada', '/tags'), await open('bob', '/nodes')];
    await askByKeyboard(ada, 'wrong prices');
    await expectPage(dialogOf(ada)).toContainText(/bob may approve it\./);
    expect(await axeFindings(ada)).toEqual([]);

    const banner = bob.getByRole('region', { name: 'Waiting for approval' });
    await expectPage(banner.getByRole('status')).toContainText('ada asks for a second approver.');
    await expectPage(banner).toContainText(/1[45]:\d\d left/);
    await banner.getByRole('button', { name: 'Look at it' }).focus();
    await bob.keyboard.press('Enter');
    const decision = dialogOf(bob);
    await expectPage(decision.getByRole('button', { name: 'Close' })).toBeFocused();
    await expectPage(decision).toContainText('wrong prices');
    await expectPage(decision).toContainText('keys found');
    await expectPage(decision.getByRole('list', { name: 'Patterns of these keys' })).toContainText('200');
    expect(await axeFindings(bob)).toEqual([]);
    await bob.keyboard.press('Tab');
    await bob.keyboard.press('Tab');
    await expectPage(decision.getByRole('button', { name: 'Approve' })).toBeFocused();
    await bob.keyboard.press('Enter');
    await expectPage(decision.getByRole('status')).toHaveText('Approved by bob, not started yet.');
    expect(await server.leftCount()).toBe(SHOES_COUNT);

    const confirm = dialogOf(ada).getByRole('button', { name: 'Purge 200 keys' });
    await expectPage(dialogOf(ada)).toContainText('bob approved this plan.');
    await expectPage(confirm).toBeDisabled();
    await expectPage(dialogOf(ada).getByLabel('Reason')).toHaveValue('wrong prices');
    await dialogOf(ada).getByLabel(/^Type/).focus();
    await ada.keyboard.type('test 200');
    await ada.keyboard.press('Enter');
    for (const page of [ada, bob]) {
      await expectPage(page.getByRole('dialog').getByRole('article')).toContainText('completed');
      await expectPage(page.getByRole('dialog')).toContainText('Approved by bob and started.');
    }
    expect(await server.leftCount()).toBe(0);

    await bob.getByRole('button', { name: 'Close' }).click();
    await bob.goto(`${server.url}/audit`);
    await expectPage(bob.getByRole('table')).toContainText('asked');
    await expectPage(bob.getByRole('region', { name: 'Jobs' })).toContainText(
      'by ada, approved by bob: wrong prices',
    );
    for (const page of [ada, bob]) await page.context().close();
    expect(browser.problems.splice(0)).toEqual([]);
  },
  TIMEOUT_MS,
);

test(
  'what is declined cannot be started, and whoever asked reads who and why, also after a reload',
  async () => {
    const [ada, bob] = [await open('ada', '/tags'), await open('bob', '/purge')];
    await askByKeyboard(ada, 'all of it');
    await ada.reload();
    await expectPage(dialogOf(ada)).toContainText('Waits for a second approver.');
    await dialogOf(ada).getByRole('button', { name: 'Close, it goes on waiting' }).click();
    await expectPage(ada.getByRole('region', { name: 'Waiting for approval' })).toContainText(
      'Your plan waits',
    );

    await bob
      .getByRole('main')
      .getByRole('button', { name: /^Look at it: Purge 200 keys/ })
      .first()
      .click();
    await dialogOf(bob).getByLabel('A word to ada (may stay empty)').fill('not during the sale');
    await dialogOf(bob).getByRole('button', { name: 'Decline' }).click();
    await expectPage(bob.getByRole('dialog')).toContainText('Declined by bob.');

    const banner = ada.getByRole('region', { name: 'Waiting for approval' });
    await expectPage(banner).toContainText('Your plan was declined by bob.');
    await banner.getByRole('button', { name: 'Look at it' }).click();
    await expectPage(ada.getByRole('dialog')).toContainText('bob: not during the sale');
    await expectPage(ada.getByRole('dialog')).toContainText('Nothing was changed by it.');
    expect(await server.leftCount()).toBe(SHOES_COUNT);
    for (const page of [ada, bob]) await page.context().close();
    expect(browser.problems.splice(0)).toEqual([]);
  },
  TIMEOUT_MS,
);

test(
  'a viewer sees the plan and cannot answer; a plan that the server does not know is said to be gone',
  async () => {
    const id = await server.askForShoes('x');
    const vic = await open('vic', `/nodes?approval=${id}`);
    await expectPage(dialogOf(vic)).toContainText('This needs the role operator; you are viewer.');
    for (const name of ['Approve', 'Decline']) {
      await expectPage(dialogOf(vic).getByRole('button', { name })).toBeDisabled();
    }
    await vic.keyboard.press('Escape');
    await expectPage(vic.getByRole('region', { name: 'Waiting for approval' })).toHaveCount(0);

    await vic.goto(`${server.url}/?approval=f00`);
    await expectPage(vic.getByRole('dialog', { name: 'This plan is gone' })).toContainText('plan it anew');
    await vic.context().close();
    browser.problems.splice(0);
  },
  TIMEOUT_MS,
);

/** Each size and each theme once: what differs with both was looked at on other pages. */
const looks = sizes.map((size, at) => ({ ...size, theme: themes[at] }));

test.each(looks)(
  'axe finds nothing on the banner and the decision, $name, $theme',
  async (look) => {
    const { viewport, theme } = look;
    const bob = await open('bob', '/audit', { viewport, colorScheme: theme });
    await bob.getByRole('region', { name: 'Waiting for approval' }).first().waitFor();
    expect(await axeFindings(bob)).toEqual([]);
    await bob.getByRole('button', { name: 'Look at it' }).first().click();
    await dialogOf(bob).waitFor();
    expect(await axeFindings(bob)).toEqual([]);
    await bob.context().close();
    expect(browser.problems.splice(0)).toEqual([]);
  },
  TIMEOUT_MS,
);
