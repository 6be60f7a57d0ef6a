import { expect, test } from 'vitest';
import { openServer } from '#server/openServer.ts';
import { DEFAULT_TARGET_ID } from '#shared/target.ts';
import { apiClient } from '#test/support/apiClient.ts';
import { expectPage } from '#test/support/browser/expectPage.ts';
import { loadFence } from '#test/support/jobs/loadFence.ts';
import { openBrowser } from '#test/support/openBrowser.ts';
import { startRedis, type TestRedis } from '#test/support/startRedis.ts';
import { testConfig, testSurroundings } from '#test/support/testConfig.ts';

const MEMBER_COUNT = 3_000;

async function fill(redis: TestRedis): Promise<void> {
  const batch = redis.client.pipeline();
  for (let id = 0; id < MEMBER_COUNT; id += 1) {
    const key = `shop:product:${id}`;
    batch.set(key, `value ${id}`, 'EX', 3_600);
    batch.sadd('shop:tag:shoes', key);
    batch.sadd(`shop:key-tags:${key}`, 'shoes');
  }
  batch.set('shop:product:other', 'stays');
  batch.sadd('shop:tag:hats', 'shop:product:other');
  await batch.exec();
}

test('an operator purges a tag from the page: plan, typed confirmation, progress, outcome, audit', async () => {
  await using redis = await startRedis();
  await fill(redis);
  await loadFence(redis.client);
  const server = await openServer(testConfig(redis.port), testSurroundings);
  await using browser = await openBrowser();
  try {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    await page.goto(`${server.url}/tags`);
    await page.getByRole('button', { name: /purge.*shoes/i }).click();

    const dialog = page.getByRole('alertdialog');
    await expectPage(dialog).toContainText('3,000');
    await expectPage(dialog).toContainText('Fenced: batches that Redis does not begin within 1 s never run.');
    await expectPage(dialog.getByRole('button', { name: 'Cancel' })).toBeFocused();
    const confirm = dialog.getByRole('button', { name: /^purge 3,000 keys/i });
    await expectPage(confirm).toBeDisabled();

    await dialog.getByLabel('Reason').fill('wrong price');
    await dialog.getByLabel(/^type/i).fill('test 300');
    await expectPage(confirm).toBeDisabled();
    await dialog.getByLabel(/^type/i).fill('test 3000');
    await confirm.click();

    await expectPage(page.getByRole('article').getByRole('status')).toHaveText(/running|completed|done/i);
    await expectPage(page.getByRole('article')).toContainText(/3,000/, { timeout: 15_000 });
    await expectPage(page.getByRole('article').getByRole('status')).toHaveText(/completed|done/i, {
      timeout: 15_000,
    });

    expect(await redis.client.keys('shop:product:*')).toEqual(['shop:product:other']);
    expect(await redis.client.exists('shop:tag:hats')).toBe(1);

    await page.goto(`${server.url}/audit`);
    await expectPage(page.getByRole('main')).toContainText('wrong price');
    await expectPage(page.getByRole('main')).toContainText('local');
    const { entries } = await apiClient(server.url).audit.list.query({
      targetId: DEFAULT_TARGET_ID,
      limit: 1,
    });
    expect(entries[0]).toMatchObject({
      actor: 'local',
      subject: 'shop:tag:shoes',
      progress: { changedCount: 3_000 },
    });
    expect(browser.problems).toEqual([]);
  } finally {
    await server.close();
  }
});

test('cancelling the dialog purges nothing', async () => {
  await using redis = await startRedis();
  await fill(redis);
  const server = await openServer(testConfig(redis.port), testSurroundings);
  await using browser = await openBrowser();
  try {
    const page = await browser.newPage();
    await page.goto(`${server.url}/tags`);
    await page.getByRole('button', { name: /purge.*shoes/i }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Cancel' }).click();
    await expectPage(page.getByRole('alertdialog')).toHaveCount(0);
    expect(await redis.client.scard('shop:tag:shoes')).toBe(MEMBER_COUNT);
  } finally {
    await server.close();
  }
});
