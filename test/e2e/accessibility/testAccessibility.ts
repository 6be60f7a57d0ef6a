import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBrowser, type TestBrowser } from '#test/support/openBrowser.ts';
import { pages, sizes, type themes } from '#test/support/pages.ts';
import { settle } from '#test/support/settle.ts';
import { startCachescope, type TestCachescope } from '#test/support/startCachescope.ts';
import { startRedis, type TestRedis } from '#test/support/startRedis.ts';

/** Declares the tests of one theme: every page at every size, and the dialog of a purge. A theme a file, so that they run beside each other. */
export function testAccessibility(theme: (typeof themes)[number]): void {
  let redis: TestRedis;
  let cachescope: TestCachescope;
  let browser: TestBrowser;

  beforeAll(async () => {
    redis = await startRedis();
    const batch = redis.client.pipeline();
    for (let id = 0; id < 500; id += 1) {
      batch.set(`catalog:product:${id}`, 'x', 'EX', 60 + id);
      batch.sadd('catalog:tag:shoes', `catalog:product:${id}`);
    }
    await batch.exec();
    cachescope = await startCachescope({ redisUrl: redis.url });
    browser = await openBrowser();
  });

  afterAll(async () => {
    await browser[Symbol.asyncDispose]();
    await cachescope[Symbol.asyncDispose]();
    await redis[Symbol.asyncDispose]();
  });

  test.each(sizes)('axe finds nothing in the purge dialog, $name', async ({ viewport }) => {
    const page = await browser.newPage({ viewport, colorScheme: theme });
    await page.goto(`${cachescope.url}/tags`);
    await page.getByRole('button', { name: /purge.*shoes/i }).click();
    await page.getByRole('alertdialog').waitFor();
    await expectAccessible(page);
    await page.context().close();
  });

  const cases = sizes.flatMap((size) =>
    pages.map((page) => ({ ...page, size: size.name, viewport: size.viewport })),
  );
  // Two cores may be busy with other servers and browsers.
  test.each(cases)('axe finds nothing on $name, $size', { timeout: 90_000 }, async ({ path, viewport }) => {
    const page = await browser.newPage({ viewport, colorScheme: theme });
    await page.goto(cachescope.url + path);
    await settle(page);
    await expectAccessible(page);
    await page.context().close();
  });
}

async function expectAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
}
