import type { Locator, Page } from '@playwright/test';
import { expect, test } from 'vitest';
import {
  type AnnouncedBreaker,
  instanceSnapshotKey,
  instancesKey,
} from '#shared/control/instanceSnapshot.ts';
import { axeFindings } from '#test/support/browser/axeFindings.ts';
import { expectPage } from '#test/support/browser/expectPage.ts';
import { openBrowser } from '#test/support/openBrowser.ts';
import { startCachescope } from '#test/support/startCachescope.ts';
import { startRedis, type TestRedis } from '#test/support/startRedis.ts';

/** Before which everything in it began, epoch ms. */
const BEGAN_MS = Date.now() - 90_000;
const LONG = 'checkout-api-production-eu-west-1-7f9c6b8d54-x2x9q-with-a-name-that-does-not-fit';
const LONG_ADDRESS = `${LONG}.payments.svc.cluster.internal:9100`;

/** Writes what forty instances would announce, over and over; one that is forced, one that probes, one with a long name. */
function announce({ client }: TestRedis): Disposable {
  const write = async () => {
    const nowMs = Date.now();
    const batch = client.pipeline();
    for (let at = 0; at < 40; at += 1) {
      const instance = at === 39 ? LONG_ADDRESS : `shop-${at}`;
      batch.set(
        instanceSnapshotKey('shop:', instance),
        JSON.stringify(snapshot(instance, at, nowMs)),
        'PX',
        15_000,
      );
      batch.zadd(instancesKey('shop:'), nowMs, instance);
    }
    await batch.set('shop:thing:1', 'x').exec();
  };
  void write();
  const timer = setInterval(() => void write().catch(() => {}), 1_000);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

function snapshot(instance: string, at: number, nowMs: number) {
  const state = (['open', 'open', 'halfOpen', 'forcedOpen', 'disabled'] as const)[at] ?? 'closed';
  const breaker: AnnouncedBreaker = {
    ...{ state, enteredAtMs: BEGAN_MS - at * 1_000, callCount: 40, notPermittedCount: 7 },
    ...{ failureRatio: at < 2 ? 1 : 0, slowCallRatio: 0, nextProbeAtMs: null },
    thresholds: { failureRatio: 0.5, slowCallRatio: 0.5, minimumCallCount: 20 },
  };
  return {
    ...{ v: 1, service: 'shop', instance, version: '4.2.0', startedAtMs: BEGAN_MS - 3_600_000, atMs: nowMs },
    ...{ patterns: [], counts: [], lags: [], warmers: [], everyMs: 5_000, metricsUrl: null },
    state: {
      breaker,
      l1: { entryCount: 10, bytes: 1_000, maxEntries: 100, maxBytes: 10_000 },
      fallback: { entryCount: 90, bytes: 1_000, maxEntries: 100, maxBytes: 10_000 },
      ...{ loads: { activeCount: 1, waitingCount: 0 }, isSurgeLimited: null, coherence: 'live' },
      ...{ retries: { queuedCount: 0, oldestAtMs: null }, writeBehind: [], deadLetters: [] },
    },
  };
}

/** Whether the words of a mark over the strips stand in the row of the clocks; null = no such mark, or no clocks. */
function isMarkOnClocks(page: Page, words: string): Promise<boolean | null> {
  return page.evaluate((wanted) => {
    const mark = [...document.querySelectorAll(`[title$="${wanted}"] > i`)].at(-1);
    const clocks = [...(mark?.closest('[aria-hidden]')?.querySelectorAll('span') ?? [])].filter(
      ({ textContent }) => /^\d+:\d\d/.test(textContent),
    );
    if (mark === undefined || clocks.length === 0) return null;
    const box = mark.getBoundingClientRect();
    return clocks.some((clock) => {
      const { top, bottom } = clock.getBoundingClientRect();
      return bottom > box.top && top < box.bottom;
    });
  }, words);
}

/** How wide the start of a name in the table is shown, in px, and whether the last characters of its second part are seen. */
function seenOfName(row: Locator): Promise<{ head: number; isEndSeen: boolean }> {
  return row.locator('code').evaluate((code) => {
    const [head, tail] = code.children;
    const box = code.getBoundingClientRect();
    const end = document.createRange();
    const text = tail?.firstChild?.firstChild ?? tail?.firstChild ?? code;
    const length = text.textContent?.length ?? 0;
    end.setStart(text, Math.max(0, length - 4));
    end.setEnd(text, length);
    const { left, right } = end.getBoundingClientRect();
    return {
      head: head?.getBoundingClientRect().width ?? 0,
      isEndSeen: left >= box.left && right <= box.right + 1,
    };
  });
}

test('forty instances stand worst first, one opens by the keyboard, and none claims to be fresh when all fall silent', async () => {
  await using redis = await startRedis();
  const announcing = announce(redis);
  await using server = await startCachescope({ redisUrl: redis.url });
  await using browser = await openBrowser();
  for (const [colorScheme, width] of [
    ['dark', 1440],
    ['light', 390],
  ] as const) {
    const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
    await page.goto(`${server.url}/resilience?range=15m`);
    const table = page.getByRole('table', { name: 'Breakers' });
    const rows = table.getByRole('row');
    await expectPage(page.getByRole('region', { name: 'Fleet' })).toContainText('4 of 40', {
      timeout: 60_000,
    });
    await expectPage(table).toHaveAttribute('aria-rowcount', '41');
    await expectPage(rows.nth(1)).toContainText(/shop-[01].*open/);
    await expectPage(rows.nth(3)).toContainText('forced open');
    await expectPage(rows.nth(4)).toContainText('half-open');
    const said = page.getByRole('region', { name: 'What they say' });
    await expectPage(said).toContainText('3 of 38 breakers of shop keep calls back');
    await expectPage(said).toContainText('1 of 40 breakers of shop is forced open: shop-3.');
    await expectPage(said).toContainText('1 of 40 breakers of shop is forced closed: shop-4.');
    expect(await axeFindings(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth > innerWidth)).toBe(false);
    await page.getByLabel('Filter breakers').fill('with-a-name');
    const long = rows.filter({ hasText: LONG_ADDRESS });
    await expectPage(rows).toHaveCount(2);
    // The end of the name, not that of its domain and port; before it room for a character and an ellipsis.
    const seen = await seenOfName(long);
    expect(seen).toEqual({ isEndSeen: true, head: expect.any(Number) });
    expect(seen.head).toBeGreaterThan(12);
    await page.context().close();
  }

  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await page.goto(`${server.url}/resilience?range=15m&q=with-a-name`);
  await page.getByRole('table', { name: 'Breakers' }).getByRole('row').nth(1).focus();
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog', { name: LONG });
  await expectPage(dialog).toContainText('90 of 100 entries');
  await expectPage(dialog).toContainText('It has not changed its state');
  expect(await axeFindings(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await expectPage(dialog).toHaveCount(0);

  announcing[Symbol.dispose]();
  await redis.kill();
  const said = page.getByRole('region', { name: 'What they say' });
  await expectPage(said).toContainText('40 instances are silent', { timeout: 60_000 });
  await expectPage(said).not.toContainText('keep calls back');
  await expectPage(page.getByRole('table', { name: 'Breakers' }).getByRole('row').nth(1)).toContainText(
    'silent',
  );
  await expectPage.poll(() => isMarkOnClocks(page, 'Redis stopped answering')).toBe(false);
  await page.setViewportSize({ width: 390, height: 844 });
  await page.getByRole('table', { name: 'Breakers' }).getByRole('row').nth(1).click();
  await expectPage(dialog).toBeVisible();
  expect(await isMarkOnClocks(page, 'Redis stopped answering')).toBe(false);
  expect(browser.problems.filter((problem) => !problem.includes('Failed to load resource'))).toEqual([]);
}, 240_000);
