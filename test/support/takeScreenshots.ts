/**
 * Takes the pictures under docs/screenshots from a demo of its own: every page, wide in the dark theme and on a phone in the light one,
 * and then how the breakers look in each of four faults of Redis. `npm run screenshots -- faults` takes those alone.
 */
import { mkdir, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Page } from '@playwright/test';
import { runIncident } from '#demo/control/controlClient.ts';
import { type RunningDemo, startDemo } from '#demo/startDemo.ts';
import { DEFAULT_TARGET_ID } from '#shared/target.ts';
import { apiClient } from './apiClient.ts';
import { settle } from './browser/settle.ts';
import { openBrowser } from './openBrowser.ts';
import { pages, sizes, themes } from './pages.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const DIRECTORY = join(ROOT, 'docs', 'screenshots');

/** Long enough for a sampling round and for lines in the charts. */
const WARM_UP_MS = 150_000;

/** Faults that a look at the strips must tell apart. */
const FAULTS = ['redis-stop', 'redis-hang', 'redis-slow', 'partition'] as const;
/** Into a fault, until its strips can be seen. */
const FAULT_MS = 45_000;
/** A breaker that was open for a while probes every 30 s. */
const MENDED_MS = 120_000;

const [wide, phone] = sizes;
const [dark, light] = themes;
const looks = [
  { size: wide, theme: dark },
  { size: phone, theme: light },
];

type Browser = Awaited<ReturnType<typeof openBrowser>>;

async function takeAll(url: string, browser: Browser): Promise<void> {
  for (const { size, theme } of looks) {
    const page = await browser.newPage({ viewport: size.viewport, colorScheme: theme });
    for (const { name, path } of pages) await take(page, url + path, `${name}-${size.name}.png`);
    await page.context().close();
  }
}

async function takeFaults({ control }: RunningDemo, browser: Browser): Promise<void> {
  const url = control.pageUrl ?? '';
  for (const fault of FAULTS) {
    await untilAllClosed(url);
    await runIncident(control, 'start', fault);
    await pause(FAULT_MS);
    for (const { size, theme } of looks) {
      const page = await browser.newPage({ viewport: size.viewport, colorScheme: theme });
      await take(page, `${url}/resilience?range=15m`, `resilience-${fault}-${size.name}.png`);
      await page.context().close();
    }
    await runIncident(control, 'stop', fault);
  }
}

async function untilAllClosed(url: string): Promise<void> {
  const api = apiClient(url);
  const endsAtMs = performance.now() + MENDED_MS;
  while (performance.now() < endsAtMs) {
    const { fleet } = await api.status.get.query({ targetId: DEFAULT_TARGET_ID });
    if (fleet.breakerCount > 0 && fleet.awayCount === 0) return;
    await pause(1_000);
  }
  throw new Error('the breakers did not close');
}

async function take(page: Page, url: string, file: string): Promise<void> {
  await page.goto(url);
  await settle(page);
  // Charts are drawn a frame or two after their data is there.
  await page.waitForTimeout(1_000);
  await page.screenshot({ path: join(DIRECTORY, file) });
  console.log(file);
}

await mkdir(DIRECTORY, { recursive: true });
const demo = await startDemo({
  dataDirectory: await mkdtemp(join(tmpdir(), 'cachescope-screenshots-')),
  pagePort: 0,
  env: process.env,
  print: console.log,
});
try {
  await using browser = await openBrowser();
  console.log(`Waiting ${WARM_UP_MS / 1_000} s for the charts to fill.`);
  await pause(WARM_UP_MS);
  if (process.argv[2] !== 'faults') await takeAll(demo.control.pageUrl ?? '', browser);
  await takeFaults(demo, browser);
  for (const problem of new Set(browser.problems)) console.log(`console: ${problem}`);
} finally {
  await demo.stop();
}
