import { gzipSync } from 'node:zlib';
import type { Page, Response } from '@playwright/test';
import { medianOf } from '#bench/medianOf.ts';
import { openBrowser, type TestBrowser } from '#test/support/openBrowser.ts';
import { startManyPatterns } from '#test/support/patterns/startManyPatterns.ts';
import { measureScrolling, type Scrolling } from './frames.ts';
import { openMainThread } from './mainThread.ts';

export interface PageReport {
  readonly patternCount: number;
  /** Script of the first route until its first number stands there, and with what came after, KiB of gzip. */
  readonly firstScriptKib: number;
  readonly allScriptKib: number;
  /** From navigation to the first number, CPU slowed down four times. */
  readonly firstNumberMs: number;
  /** Click on a header until the new order is painted. */
  readonly sortMs: number;
  readonly filterMs: number;
  readonly scrolling: Scrolling;
  /** Main thread of one refresh of the table, idle work of the page taken off. */
  readonly refreshMs: number;
  readonly answerKib: number;
}

const PATTERN_COUNT = 10_000;
/** Of a server whose start page is timed. */
const USUAL_PATTERN_COUNT = 100;
const THROTTLE = 4;
const RUNS = 5;
const IDLE_MS = 3_000;

/** The page in Chromium over the real server with 10,000 patterns. Software rendering: frames cost more than on a screen. */
export async function measurePage(): Promise<PageReport> {
  await using browser = await openBrowser();
  const first = await measureFirstLoads(browser);
  await using server = await startManyPatterns(PATTERN_COUNT);
  const page = await openTable(browser, server.url);
  const sortMs = medianOf(await repeat(RUNS, () => sortOnce(page)));
  const filterMs = medianOf(await repeat(RUNS, () => filterOnce(page)));
  const scrolling = await measureScrolling(page, 'table', 5);
  const refresh = await measureRefresh(page);
  return { patternCount: PATTERN_COUNT, ...first, sortMs, filterMs, scrolling, ...refresh };
}

async function repeat(times: number, run: () => Promise<number>): Promise<number[]> {
  const found: number[] = [];
  for (let time = 0; time < times; time += 1) found.push(await run());
  return found;
}

async function measureFirstLoads(browser: TestBrowser) {
  await using server = await startManyPatterns(USUAL_PATTERN_COUNT);
  // Awaited here, or the server would end before it is measured.
  return await measureFirstLoad(browser, server.url);
}

async function measureFirstLoad(browser: TestBrowser, url: string) {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  const scripts: { readonly bytes: number; readonly atMs: number }[] = [];
  const reads: Promise<void>[] = [];
  page.on('response', (response) => {
    if (response.request().resourceType() !== 'script') return;
    const atMs = Date.now();
    reads.push(gzipBytes(response).then((bytes) => void scripts.push({ bytes, atMs })));
  });
  await page.goto(url);
  await firstNumber(page);
  const shownAtMs = Date.now();
  // The live stream never ends, so the network is never idle.
  await page.waitForTimeout(3_000);
  await Promise.all(reads);
  const kib = (of: typeof scripts) => of.reduce((sum, { bytes }) => sum + bytes, 0) / 1_024;
  await page.context().close();
  return {
    firstScriptKib: kib(scripts.filter(({ atMs }) => atMs <= shownAtMs)),
    allScriptKib: kib(scripts),
    firstNumberMs: medianOf(await repeat(3, () => throttledFirstNumber(browser, url))),
  };
}

async function gzipBytes(response: Response): Promise<number> {
  return gzipSync(await response.body()).length;
}

/** When a digit first stands in the page's own part, ms since navigation. */
async function firstNumber(page: Page): Promise<number> {
  const handle = await page.waitForFunction(
    () => (/\d/.test(document.querySelector('main')?.textContent ?? '') ? performance.now() : false),
    undefined,
    { polling: 'raf', timeout: 60_000 },
  );
  return Number(await handle.jsonValue());
}

async function throttledFirstNumber(browser: TestBrowser, url: string): Promise<number> {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  const { session } = await openMainThread(page);
  await session.send('Emulation.setCPUThrottlingRate', { rate: THROTTLE });
  await page.goto(url, { waitUntil: 'commit' });
  const ms = await firstNumber(page);
  await page.context().close();
  return ms;
}

async function openTable(browser: TestBrowser, url: string): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await page.goto(`${url}/patterns`);
  await page.locator(`table[aria-rowcount="${PATTERN_COUNT + 1}"]`).waitFor({ timeout: 60_000 });
  await page.waitForTimeout(1_000);
  return page;
}

/** From an action inside the page until its effect is painted. */
function timeUntilPainted(page: Page, act: { readonly selector: string; readonly text: string | null }) {
  return page.evaluate(
    ({ selector, text }) =>
      new Promise<number>((resolve, reject) => {
        const element = document.querySelector<HTMLElement>(selector);
        const table = document.querySelector('table');
        if (element === null || table === null) return reject(new Error(`no ${selector}`));
        // The first row may be the first of both orders.
        const shown = () =>
          `${table.ariaRowCount} ${table.tHead?.innerHTML} ${table.tBodies[0]?.textContent}`;
        const before = shown();
        const startMs = performance.now();
        if (text === null) element.click();
        else if (element instanceof HTMLInputElement) {
          Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set?.call(element, text);
          element.dispatchEvent(new Event('input', { bubbles: true }));
        }
        const look = () => {
          if (shown() === before) requestAnimationFrame(look);
          else setTimeout(() => resolve(performance.now() - startMs));
        };
        requestAnimationFrame(look);
      }),
    act,
  );
}

async function sortOnce(page: Page): Promise<number> {
  const ms = await timeUntilPainted(page, { selector: 'th:nth-child(2) button', text: null });
  await page.waitForTimeout(500);
  return ms;
}

async function filterOnce(page: Page): Promise<number> {
  const ms = await timeUntilPainted(page, { selector: 'input[type=search]', text: 'area42' });
  await timeUntilPainted(page, { selector: 'input[type=search]', text: '' });
  return ms;
}

/** The page refreshes by itself; an idle span of the same length is taken off. */
async function measureRefresh(page: Page) {
  const { busyMs } = await openMainThread(page);
  const isList = (response: Response) => response.url().includes('patterns.table');
  const costs: number[] = [];
  let answerKib = 0;
  for (let time = 0; time < 2; time += 1) {
    await page.waitForRequest((request) => request.url().includes('patterns.table'), { timeout: 30_000 });
    const before = await busyMs();
    const response = await page.waitForResponse(isList, { timeout: 30_000 });
    answerKib = (await response.body()).length / 1_024;
    await page.waitForTimeout(IDLE_MS);
    const withRefresh = (await busyMs()) - before;
    const idleFrom = await busyMs();
    await page.waitForTimeout(IDLE_MS);
    costs.push(withRefresh - ((await busyMs()) - idleFrom));
  }
  return { refreshMs: medianOf(costs), answerKib };
}
