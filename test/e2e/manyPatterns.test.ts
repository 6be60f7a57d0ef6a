import type { Page } from '@playwright/test';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { expectPage } from '#test/support/browser/expectPage.ts';
import { openBrowser, type TestBrowser } from '#test/support/openBrowser.ts';
import { sizes } from '#test/support/pages.ts';
import { patternName } from '#test/support/patterns/fillPatternHistory.ts';
import { type ManyPatterns, startManyPatterns } from '#test/support/patterns/startManyPatterns.ts';

const COUNT = 10_000;
let server: ManyPatterns;
let browser: TestBrowser;

beforeAll(async () => {
  server = await startManyPatterns(COUNT);
  browser = await openBrowser();
}, 120_000);
afterAll(async () => {
  await browser?.[Symbol.asyncDispose]();
  await server?.[Symbol.asyncDispose]();
});

const table = (page: Page) => page.getByRole('table', { name: 'Patterns' });
/** Row by its place in the whole table, the header left out. */
const row = (page: Page, place: number) => table(page).locator(`tr[aria-rowindex="${place + 2}"]`);

test.each(sizes)(
  '10,000 patterns are sorted, filtered, walked to the last row and opened by keys ($name)',
  { timeout: 120_000 },
  async ({ viewport }) => {
    const page = await browser.newPage({ viewport });
    await page.goto(`${server.url}/patterns`);
    await expectPage(table(page)).toHaveAttribute('aria-rowcount', String(COUNT + 1));
    // Most extra misses first.
    await expectPage(row(page, 0)).toContainText(patternName(0));

    await page.getByRole('button', { name: 'Hit rate' }).click();
    await expectPage(page).toHaveURL(/sort=hitRate/);
    await expectPage(row(page, 0)).toContainText(patternName(0));
    await page.getByRole('button', { name: 'Hit rate' }).click();
    await expectPage(page).toHaveURL(/sort=-hitRate/);
    await expectPage(row(page, 0)).not.toContainText(patternName(0));

    await page.keyboard.press('/');
    await page.keyboard.type('entity00042');
    await expectPage(table(page)).toHaveAttribute('aria-rowcount', '2');
    await expectPage(row(page, 0)).toContainText(patternName(42));
    await page.getByRole('searchbox').fill('');
    await expectPage(table(page)).toHaveAttribute('aria-rowcount', String(COUNT + 1));

    await row(page, 0).focus();
    await page.keyboard.press('End');
    await expectPage(row(page, COUNT - 1)).toBeFocused();
    await expectPage(row(page, COUNT - 1)).toBeInViewport();
    await page.keyboard.press('k');
    await expectPage(row(page, COUNT - 2)).toBeFocused();
    await page.keyboard.press('j');
    await expectPage(row(page, COUNT - 1)).toBeFocused();
    const opened = await row(page, COUNT - 1)
      .locator('code')
      .textContent();
    // A few look-ups give no rate: the last rows of the sort are those.
    await expectPage(row(page, COUNT - 1)).toContainText(/n = 3\d/);
    await page.keyboard.press('Enter');
    await expectPage(page).toHaveURL(/\/pattern\?/);
    await expectPage(page.getByRole('heading', { level: 2 }).first()).toContainText(opened ?? 'no pattern');

    const widest = await page.evaluate(() => document.documentElement.scrollWidth);
    expect(widest).toBeLessThanOrEqual(viewport.width);
    await page.context().close();
    expect(browser.problems).toEqual([]);
  },
);
