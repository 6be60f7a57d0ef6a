import type { Page } from '@playwright/test';

/** Waits until the page has what it asked for: nothing loads any more, and the charts, which come later, are drawn. */
export async function settle(page: Page): Promise<void> {
  await page.getByRole('main').waitFor();
  await page.waitForFunction(() => document.querySelector('main')?.childElementCount !== 0);
  await page.waitForFunction(() => document.querySelector('[aria-busy="true"]') === null);
}
