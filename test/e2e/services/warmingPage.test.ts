import type { Page } from '@playwright/test';
import { expect, onTestFinished, test } from 'vitest';
import { createCache, family } from '#cache/cache.ts';
import { DEFAULT_TARGET_ID } from '#shared/target.ts';
import { apiClient } from '#test/support/apiClient.ts';
import { axeFindings } from '#test/support/browser/axeFindings.ts';
import { expectPage } from '#test/support/browser/expectPage.ts';
import { openBrowser } from '#test/support/openBrowser.ts';
import { sizes, themes } from '#test/support/pages.ts';
import { openClient } from '#test/support/redis/openClient.ts';
import { startCachescope } from '#test/support/startCachescope.ts';
import { startRedis, type TestRedis } from '#test/support/startRedis.ts';

const LONG = 'everything-that-anybody-asked-for-in-the-last-seven-days-by-how-often-it-was-asked-for';
const COUNT = 300;

/** A real instance of `service`, which takes commands and can warm so many products; it has loaded one. */
async function openShop({ port }: TestRedis, service: string) {
  const client = openClient({ port });
  onTestFinished(() => client.disconnect());
  const list = { perSecond: 100, concurrency: 4, stages: [0.1, 1] };
  const cache = createCache({
    // On a busy machine no store may time out: what was not stored is not warm.
    ...{ redis: client, service, instance: `${service}-1`, version: '3.1', commandTimeoutMs: 10_000 },
    ...{ announce: { everySeconds: 1 }, control: {} },
    families: {
      product: family({ key: 'product:{id}', ttlSeconds: 600, load: async ({ id }) => ({ id }) }),
    },
    warmers: {
      top: {
        list: ({ product }) => Array.from({ length: COUNT }, (_, id) => product({ id })),
        ...list,
      },
      [LONG]: { list: ({ product }) => [product({ id: 1 })], ...list },
    },
  });
  onTestFinished(async () => void (await cache.close()));
  await cache.product.get({ id: 0 });
  return cache;
}

const isWide = (page: Page) => page.evaluate(() => document.documentElement.scrollWidth > innerWidth);

/** By how much the page is scrolled: as the document on a phone, else as the column around this element. */
function scrolledBy(element: Element): number {
  return element === document.documentElement ? element.scrollTop : (element.parentElement?.scrollTop ?? 0);
}

/** Chooses the warmer, and gives a rate. */
async function build(page: Page, rate: string): Promise<void> {
  const choose = page.getByRole('button', { name: 'Plan a warm-up by top of shop' });
  await expectPage(choose).toBeEnabled({ timeout: 60_000 });
  await choose.focus();
  await page.keyboard.press('Enter');
  await expectPage(page.getByLabel('Loads a second, at most')).toBeFocused();
  await page.keyboard.press('ControlOrMeta+A');
  await page.keyboard.type(rate);
}

test('an operator plans a warm-up of a real service by keyboard, watches it, has it wait, and sees what it did', async () => {
  await using redis = await startRedis();
  await openShop(redis, 'shop');
  await using server = await startCachescope({ redisUrl: redis.url, args: ['--source-capacity', '400'] });
  await using browser = await openBrowser();
  const page = await browser.newPage({ viewport: sizes[0].viewport });
  await page.goto(`${server.url}/warming`);

  // More than the source stands: the server refuses, and nothing is planned.
  await build(page, '390');
  const slider = page.getByRole('slider');
  await expectPage(slider).toHaveAccessibleDescription(/more than the 320/);
  await page.keyboard.press('Enter');
  const refused = page.getByRole('dialog', { name: 'The source would not stand it' });
  await expectPage(refused).toContainText('At most 320 a second would do');
  await page.keyboard.press('Escape');

  await slider.focus();
  await page.keyboard.press('Home');
  await expectPage(page.getByLabel('Loads a second, at most')).toHaveValue('1');
  await page.getByLabel('Loads a second, at most').fill('20');
  expect(await axeFindings(page)).toEqual([]);
  await page.keyboard.press('Enter');
  const plan = page.getByRole('alertdialog');
  await expectPage(plan).toContainText(`entries listed, says shop-1 (3.1)${COUNT}`);
  await expectPage(plan).toContainText('shop:product:{id}');
  await expectPage(plan.getByRole('region', { name: 'Stages' })).toContainText('the most popular 10.0');
  await expectPage(plan.getByRole('button', { name: 'Cancel' })).toBeFocused();
  expect(await axeFindings(page)).toEqual([]);
  // It does not fit into a small phone: it begins with its title all the same.
  await page.keyboard.press('Escape');
  await page.setViewportSize({ ...sizes[1].viewport, height: 480 });
  await page.getByRole('button', { name: 'Plan the warm-up' }).click();
  await expectPage(plan.getByRole('button', { name: 'Cancel' })).toBeFocused();
  expect(
    await plan.evaluate(({ scrollTop, scrollHeight, clientHeight }) => [
      scrollTop,
      scrollHeight > clientHeight,
    ]),
  ).toEqual([0, true]);
  await page.setViewportSize(sizes[0].viewport);
  const words = (await plan.getByText(/^Type/).locator('code').textContent()) ?? '';
  await plan.getByLabel('Reason').fill('cold after the failover');
  await plan.getByLabel(/^type/i).fill(words);
  expect(await redis.client.keys('shop:product:*')).toHaveLength(1);
  await page.keyboard.press('Enter');

  const job = page.getByRole('article');
  await expectPage(job).toContainText('byshop-1');
  await expectPage(job).toContainText(/at ?stage \d of 2/);
  await job.getByRole('button', { name: 'Pause' }).focus();
  await page.keyboard.press('Enter');
  await expectPage(job).toContainText('Paused by');
  await expectPage(job).toContainText('passes over what is fresh');
  expect(await axeFindings(page)).toEqual([]);
  const held = (await redis.client.keys('shop:product:*')).length;
  expect(held).toBeGreaterThan(1);
  expect(held).toBeLessThan(COUNT);
  await job.getByRole('button', { name: 'Go on' }).focus();
  await page.keyboard.press('Enter');
  await expectPage(job.getByRole('status')).toHaveText('completed', { timeout: 60_000 });
  expect(await redis.client.keys('shop:product:*')).toHaveLength(COUNT);

  const past = page.getByRole('table', { name: 'Past warm-ups' }).getByRole('row').nth(1);
  await expectPage(past).toContainText('shop: top');
  await expectPage(past).toContainText('completed');
  await expectPage(past).toContainText(/at 20\.0\/s/);
  // No metrics tell of these patterns, and a minute has not passed.
  await expectPage(past).toContainText('not known');
  const { marks } = await apiClient(server.url).overview.get.query({
    ...{ targetId: DEFAULT_TARGET_ID, range: { last: '15m' }, compare: 'none' },
  });
  expect(marks.filter(({ kind }) => kind === 'warm').map(({ text }) => text)).toEqual([
    expect.stringMatching(/^Warm-up of shop: top started by/),
    expect.stringMatching(/^Warm-up of shop: top completed: 300 of 300 entries/),
  ]);
  // The refusal above.
  expect(browser.problems.filter((problem) => !problem.includes('409'))).toEqual([]);
}, 180_000);

test('the builder of a plan comes into view with the focus in it, and the page does not jump to its start', async () => {
  await using redis = await startRedis();
  await openShop(redis, 'shop');
  await using server = await startCachescope({ redisUrl: redis.url, args: ['--source-capacity', '400'] });
  await using browser = await openBrowser();
  for (const viewport of [
    { width: 1440, height: 300 },
    { width: 390, height: 400 },
  ]) {
    const page = await browser.newPage({ viewport });
    await page.goto(`${server.url}/warming`);
    const choose = page.getByRole('button', { name: 'Plan a warm-up by top of shop' });
    await choose.click({ timeout: 60_000 });
    const field = page.getByLabel('Loads a second, at most');
    const scroller = page.locator(viewport.width > 768 ? '#content' : 'html');
    // Pressed again, it shows the builder that is open.
    for (const press of [0, 1]) {
      await expectPage(field, `press ${press}`).toBeFocused();
      await expectPage(field).toBeInViewport({ ratio: 1 });
      expect(await scroller.evaluate(scrolledBy)).toBeGreaterThan(0);
      await choose.click();
    }
    await page.context().close();
  }
  expect(browser.problems).toEqual([]);
}, 180_000);

test('after Redis was emptied a careful warm-up is proposed of each warmer until it ran; without Redis none can be planned', async () => {
  await using redis = await startRedis();
  const shop = await openShop(redis, 'shop');
  await openShop(redis, 'a-service-with-a-name-that-does-not-fit-into-the-page-of-a-phone');
  await shop.warm('top');
  await using server = await startCachescope({ redisUrl: redis.url, args: ['--source-capacity', '400'] });
  await using browser = await openBrowser();
  const page = await browser.newPage({ viewport: sizes[0].viewport });
  await page.goto(`${server.url}/warming`);
  await build(page, '60');
  const proposed = page.getByRole('region', { name: 'Proposed after a loss' });
  await expectPage(proposed).toHaveCount(0);

  const keyCount = async () => {
    const { nodes } = await apiClient(server.url).status.get.query({ targetId: DEFAULT_TARGET_ID });
    return nodes[0]?.facts.state === 'known' ? nodes[0].facts.value.keyCount : null;
  };
  await expect.poll(keyCount, { timeout: 30_000 }).toBeGreaterThan(COUNT);
  // The count of keys is kept in steps of 10 s: one must be over for a fall to be seen.
  await expect
    .poll(
      async () => {
        const { node } = await apiClient(server.url).overview.get.query({
          ...{ targetId: DEFAULT_TARGET_ID, range: { last: '15m' }, compare: 'none' },
        });
        return node.keyCount.values.filter((count) => count !== null && count > COUNT).length;
      },
      { timeout: 40_000 },
    )
    .toBeGreaterThan(1);
  await redis.client.flushall();
  await expectPage(proposed).toContainText('Redis lost nearly all of its keys', { timeout: 60_000 });
  await expectPage(proposed).toContainText('Nothing is warmed by itself');
  for (const [at, size] of sizes.entries()) {
    const other = await browser.newPage({ viewport: size.viewport, colorScheme: themes[at] ?? 'dark' });
    await other.goto(`${server.url}/warming`);
    await other.getByRole('region', { name: 'Proposed after a loss' }).waitFor();
    expect(await axeFindings(other)).toEqual([]);
    expect(await isWide(other)).toBe(false);
    await other.goto(server.url);
    await expectPage(other.getByRole('link', { name: 'Plan a warm-up' })).toBeVisible({ timeout: 30_000 });
    await other.context().close();
  }
  const ofShop = proposed.getByRole('listitem').filter({ hasText: /^shop/ });
  await ofShop.getByRole('link', { name: /Plan top at 160/ }).focus();
  await page.keyboard.press('Enter');
  await expectPage(page.getByLabel('Loads a second, at most')).toHaveValue('160');

  await shop.warm('top');
  await expectPage(ofShop.getByRole('link', { name: /Plan top at/ })).toHaveCount(0, { timeout: 30_000 });
  await shop.warm(LONG);
  await expectPage(ofShop).toHaveCount(0, { timeout: 30_000 });

  await redis.kill();
  await expectPage(page.getByRole('main')).toContainText('nothing can be warmed', { timeout: 30_000 });
  await expectPage(page.getByRole('button', { name: 'Plan the warm-up' })).toBeDisabled();
  await expectPage(page.getByRole('table', { name: 'Warmers' })).toContainText('top');
}, 240_000);
