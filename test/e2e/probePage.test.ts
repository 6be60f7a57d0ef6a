import { expect, test } from 'vitest';
import { openServer } from '#server/openServer.ts';
import { expectPage } from '#test/support/browser/expectPage.ts';
import { openBrowser } from '#test/support/openBrowser.ts';
import { startForeignProgram } from '#test/support/probe/startForeignProgram.ts';
import { startRedis } from '#test/support/startRedis.ts';
import { testConfig, testSurroundings } from '#test/support/testConfig.ts';

test('an operator measures from the page: cost, confirmation, live cost, stop, and the rate in the table', async () => {
  await using redis = await startRedis();
  await using _program = await startForeignProgram(redis.port, 500);
  const server = await openServer(testConfig(redis.port), testSurroundings);
  await using browser = await openBrowser();
  try {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    await page.goto(`${server.url}/patterns`);
    await expectPage(page.getByLabel('Why hit rates are not known')).toContainText('Measure from Redis', {
      timeout: 30_000,
    });
    await page.getByRole('button', { name: 'Measure from Redis' }).click();

    const dialog = page.getByRole('alertdialog');
    await expectPage(dialog.getByLabel('What it costs')).toContainText('notify-keyspace-events', {
      timeout: 20_000,
    });
    await expectPage(dialog.getByLabel('What it costs')).toContainText('22 to 47\u202f%');
    await expectPage(dialog.getByRole('button', { name: 'Measure for 10 s' })).toBeEnabled();
    await dialog.getByLabel('How long').selectOption('window60s');
    await page.getByRole('button', { name: 'Measure for 1 min' }).click({ timeout: 20_000 });

    const panel = page.getByRole('article', { name: 'Live probe' });
    await expectPage(panel.getByRole('status')).toHaveText('measuring');
    await expectPage(panel).toContainText(/commands seen\s*[\d.,]+/, { timeout: 20_000 });
    await panel.getByRole('button', { name: 'Stop' }).click();
    await expectPage(panel).toContainText('notify-keyspace-events is "" again', { timeout: 20_000 });

    const row = page.getByRole('row').filter({ has: page.getByText('shop:product:{id}', { exact: true }) });
    const cell = row.getByRole('cell').nth(1);
    await expectPage(cell).toContainText('by live probe', { timeout: 20_000 });
    expect(Number.parseFloat(((await cell.textContent()) ?? '').replace('◉', ''))).toBeGreaterThan(60);
    await expectPage(cell.locator('[title*="live probe, 1 min"]')).toHaveCount(1);
    expect(browser.problems).toEqual([]);
  } finally {
    await server.close();
  }
}, 120_000);
