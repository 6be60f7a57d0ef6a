import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openSqliteHistory } from '#server/history/sqlite/openSqliteHistory.ts';
import { DEFAULT_TARGET_ID } from '#shared/target.ts';
import { expectPage } from '#test/support/browser/expectPage.ts';
import { settle } from '#test/support/browser/settle.ts';
import { openBrowser } from '#test/support/openBrowser.ts';
import { startCachescope } from '#test/support/startCachescope.ts';
import { startRedis } from '#test/support/startRedis.ts';

test('forty changes in an hour leave the charts above the fold', async () => {
  const dataDirectory = await mkdtemp(join(tmpdir(), 'cachescope-changes-'));
  const nowMs = Date.now();
  const history = openSqliteHistory({ directory: dataDirectory, clock: () => nowMs, log: () => {} });
  for (let at = 1; at <= 40; at += 1) {
    const text = `catalog: 3 of 3 breakers opened ${at} times (failures in a row), 3 of 3 breakers closed`;
    history.recordMark(DEFAULT_TARGET_ID, { atMs: nowMs - at * 60_000, kind: 'breaker', text });
  }
  history.close();
  try {
    await using redis = await startRedis();
    await using server = await startCachescope({ redisUrl: redis.url, dataDirectory });
    await using browser = await openBrowser();
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    await page.goto(`${server.url}/`);
    await settle(page);
    const list = page.getByRole('region', { name: 'Changes' }).getByRole('list');
    expect(await list.getByRole('listitem').count()).toBe(40);
    await expectPage(page.getByText('Keys leaving').first()).toBeInViewport();
    await list.getByRole('listitem').last().scrollIntoViewIfNeeded();
    expect(browser.problems).toEqual([]);
  } finally {
    await rm(dataDirectory, { recursive: true, force: true });
  }
}, 120_000);
