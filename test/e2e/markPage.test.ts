import { expect, test } from 'vitest';
import { openServer } from '#server/openServer.ts';
import { DEFAULT_TARGET_ID } from '#shared/target.ts';
import { apiClient } from '#test/support/apiClient.ts';
import { expectPage } from '#test/support/browser/expectPage.ts';
import { openBrowser } from '#test/support/openBrowser.ts';
import { waitUntil } from '#test/support/redis/waitUntil.ts';
import { startRedis } from '#test/support/startRedis.ts';
import { readHits, writeEntries } from '#test/support/tags/entriesByTags.ts';
import { startLibrary } from '#test/support/tags/startLibrary.ts';
import { testConfig, testSurroundings } from '#test/support/testConfig.ts';

// A server, a browser and a library start for it.
test('an operator purges a tag of bentocache from the page, and the running library misses what is tagged', async () => {
  await using redis = await startRedis();
  await using library = startLibrary({ file: 'bentocache.mjs', option: 'bus' }, redis.port);
  await writeEntries(library);
  // The mark stands from the first purge on.
  await library.purge('users');
  // What is written within the millisecond of the purge is of before it.
  await waitUntil('what is written after it is found', async () => {
    await writeEntries(library);
    return (await readHits(library)).length === 4;
  });
  const server = await openServer(testConfig(redis.port), testSurroundings);
  await using browser = await openBrowser();
  try {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    await page.goto(`${server.url}/tags`);
    await page.getByRole('button', { name: /^purge users/i }).click();

    const dialog = page.getByRole('alertdialog');
    await expectPage(dialog).toContainText('not known');
    await expectPage(dialog).toContainText('channel on which services listen now');
    await expectPage(dialog.getByRole('button', { name: 'Cancel' })).toBeFocused();
    const confirm = dialog.getByRole('button', { name: 'Purge the tag' });
    await dialog.getByLabel('Reason').fill('wrong prices');
    await expectPage(confirm).toBeDisabled();
    await dialog.getByLabel(/^type/i).fill('test');
    expect(await readHits(library)).toEqual(['a', 'b', 'c', 'd']);
    await dialog.getByLabel(/^type/i).press('Enter');

    const job = page.getByRole('article');
    await expectPage(job.getByRole('status')).toHaveText('completed', { timeout: 15_000 });
    await expectPage(job).toContainText('1 of 1');
    await expect.poll(() => readHits(library)).toEqual(['c', 'd']);

    await page.goto(`${server.url}/audit`);
    await expectPage(page.getByRole('main')).toContainText('wrong prices');
    const input = { targetId: DEFAULT_TARGET_ID, limit: 1 };
    const { entries } = await apiClient(server.url).audit.list.query(input);
    expect(entries[0]).toMatchObject({ action: 'mark', phase: 'ended', plannedCount: null, progress: null });
    expect(browser.problems).toEqual([]);
  } finally {
    await server.close();
  }
}, 60_000);
