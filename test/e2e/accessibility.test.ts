import AxeBuilder from '@axe-core/playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBrowser, type TestBrowser } from '#test/support/openBrowser.ts';
import { pages, sizes, themes } from '#test/support/pages.ts';
import { settle } from '#test/support/settle.ts';
import { startCachescope, type TestCachescope } from '#test/support/startCachescope.ts';
import { startRedis, type TestRedis } from '#test/support/startRedis.ts';

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

const cases = themes.flatMap((theme) =>
  sizes.flatMap((size) =>
    pages.map((page) => ({ ...page, theme, size: size.name, viewport: size.viewport })),
  ),
);

test.each(cases)('axe finds nothing on $name, $theme and $size', async ({ path, theme, viewport }) => {
  const page = await browser.newPage({ viewport, colorScheme: theme });
  await page.goto(cachescope.url + path);
  await settle(page);
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
  await page.context().close();
});

test('axe finds nothing in the purge dialog', async () => {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await page.goto(`${cachescope.url}/tags`);
  await page.getByRole('button', { name: /purge.*shoes/i }).click();
  await page.getByRole('alertdialog').waitFor();
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
});
