import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, test, vi } from 'vitest';
import { z } from 'zod';
import { HISTORY_STEP_MS } from '#server/history/historyStore.ts';
import { DEFAULT_TARGET_ID } from '#shared/target.ts';
import { startTestDemo } from '#test/demo/startTestDemo.ts';
import { apiClient } from '#test/support/apiClient.ts';
import { expectPage } from '#test/support/browser/expectPage.ts';
import { openBrowser } from '#test/support/openBrowser.ts';

const SERVER = fileURLToPath(new URL('../../server/main.ts', import.meta.url));

/** Look-ups below which the edges of the span weigh more than half a point. */
const ENOUGH_LOOKUPS = 300;
const TOLERANCE_POINTS = 0.5;

/** After the pattern's name. */
const HIT_RATE_COLUMN = 1;

const truthSchema = z.object({
  patterns: z.record(z.string(), z.object({ hits: z.number(), misses: z.number() })),
});

type Truth = z.infer<typeof truthSchema>['patterns'];

async function readTruth(controlUrl: string): Promise<Truth> {
  const answer = await fetch(`${controlUrl}/truth`);
  return truthSchema.parse(await answer.json()).patterns;
}

/** Waits for the next start of a step of the history and returns it. */
async function nextStep(): Promise<number> {
  const atMs = Math.ceil((Date.now() + 1) / HISTORY_STEP_MS) * HISTORY_STEP_MS;
  await pause(atMs - Date.now());
  return atMs;
}

function percentOf(now: Truth, before: Truth, pattern: string): { lookups: number; percent: number } {
  const hits = (now[pattern]?.hits ?? 0) - (before[pattern]?.hits ?? 0);
  const misses = (now[pattern]?.misses ?? 0) - (before[pattern]?.misses ?? 0);
  return { lookups: hits + misses, percent: (100 * hits) / (hits + misses) };
}

test('hit rate by pattern on the page is within 0.5 points of what the demo counts outside its metrics', async () => {
  await using shop = await startTestDemo({ pageProgram: SERVER });
  const { url: controlUrl, pageUrl } = shop.control;
  if (pageUrl === null) throw new Error('the page did not start');
  const api = apiClient(pageUrl);
  const range = { targetId: DEFAULT_TARGET_ID, compare: 'none' } as const;
  await vi.waitFor(async () => {
    const status = await api.status.get.query({ targetId: DEFAULT_TARGET_ID });
    expect(status.serviceLookups.state).toBe('known');
  }, 15_000);

  const fromMs = await nextStep();
  const before = await readTruth(controlUrl);
  await pause(2 * HISTORY_STEP_MS);
  const toMs = await nextStep();
  const now = await readTruth(controlUrl);
  // The scrape at the end of the span belongs to it.
  await pause(2_000);

  const { rows } = await api.patterns.list.query({ ...range, range: { fromMs, toMs } });
  const checked = rows.flatMap(({ pattern, traffic }) => {
    const truth = percentOf(now, before, pattern);
    if (traffic.state === 'unknown' || truth.lookups < ENOUGH_LOOKUPS) return [];
    return [{ pattern, shown: 100 * (traffic.value.hit?.ratio ?? Number.NaN), truth: truth.percent }];
  });
  expect(checked.length).toBeGreaterThanOrEqual(4);
  for (const { pattern, shown, truth } of checked) {
    expect(Math.abs(shown - truth), `${pattern}: ${shown} shown, ${truth} true`).toBeLessThan(
      TOLERANCE_POINTS,
    );
  }

  await using browser = await openBrowser();
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await page.goto(`${pageUrl}/patterns?from=${fromMs}&to=${toMs}&compare=none`);
  for (const { pattern, truth } of checked) {
    const row = page.getByRole('row').filter({ has: page.getByText(pattern, { exact: true }) });
    const cell = row.getByRole('cell').nth(HIT_RATE_COLUMN);
    await expectPage(cell).toContainText(/\d/);
    const shown = Number.parseFloat((await cell.textContent()) ?? '');
    expect(Math.abs(shown - truth), `${pattern}: ${shown} on the page, ${truth} true`).toBeLessThan(
      TOLERANCE_POINTS,
    );
  }
  expect(browser.problems).toEqual([]);
}, 120_000);
