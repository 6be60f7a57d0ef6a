import type { Page } from '@playwright/test';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { axeFindings } from '#test/support/browser/axeFindings.ts';
import { settle } from '#test/support/browser/settle.ts';
import { openBrowser, type TestBrowser } from '#test/support/openBrowser.ts';
import { pages, type sizes } from '#test/support/pages.ts';
import { startCachescope, type TestCachescope } from '#test/support/startCachescope.ts';
import { startRedis, type TestRedis } from '#test/support/startRedis.ts';

/** What depends on colours alone. */
const COLOUR_RULES = ['color-contrast', 'link-in-text-block'];

/** Declares the tests of one size: every page, and the dialog of a purge. A size a file, so that they run beside each other. */
export function testAccessibility({ viewport }: (typeof sizes)[number]): void {
  let redis: TestRedis;
  let cachescope: TestCachescope;
  let browser: TestBrowser;
  /** One for all: a browser that has compiled the script before opens a page with a quarter of the work. */
  let page: Page;

  beforeAll(async () => {
    redis = await startRedis();
    const batch = redis.client.pipeline();
    for (let id = 0; id < 500; id += 1) {
      batch.set(`catalog:product:${id}`, 'x', 'EX', 60 + id);
      batch.sadd('catalog:tag:category:electronics', `catalog:product:${id}`);
    }
    await batch.exec();
    cachescope = await startCachescope({ redisUrl: redis.url });
    browser = await openBrowser();
    page = await browser.newPage({ viewport });
  });

  afterAll(async () => {
    await browser[Symbol.asyncDispose]();
    await cachescope[Symbol.asyncDispose]();
    await redis[Symbol.asyncDispose]();
  });

  test('axe finds nothing in the purge dialog', async () => {
    await open('/tags');
    await page.getByRole('button', { name: /purge.*electronics/i }).click();
    await page.getByRole('alertdialog').waitFor();
    await expectAccessible(page);
  });

  // Two cores may be busy with other servers and browsers.
  test.each(pages)('axe finds nothing on $name', { timeout: 90_000 }, async ({ path }) => {
    await open(path);
    await settle(page);
    await expectAccessible(page);
    expect(await hasTwoScrollBars(page)).toBe(false);
  });

  async function open(path: string): Promise<void> {
    await page.emulateMedia({ colorScheme: 'dark' });
    await page.goto(cachescope.url + path);
  }
}

/** Whether the document scrolls besides the column of the page in it; on a phone it is the document alone that scrolls. */
function hasTwoScrollBars(page: Page): Promise<boolean> {
  return page.evaluate(
    () =>
      matchMedia('(min-width: 768px)').matches && document.documentElement.scrollHeight > window.innerHeight,
  );
}

async function expectAccessible(page: Page): Promise<void> {
  expect(await axeFindings(page), 'dark').toEqual([]);
  await page.emulateMedia({ colorScheme: 'light' });
  expect(await axeFindings(page, COLOUR_RULES), 'light').toEqual([]);
}
