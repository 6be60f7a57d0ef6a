/**
 * Takes the pictures under docs/screenshots from a running demo: every page, dark and light, wide and phone.
 * `npm run screenshots` starts a demo of its own; `npm run screenshots -- URL` uses one that runs.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { openBrowser } from './openBrowser.ts';
import { pages, sizes, themes } from './pages.ts';
import { settle } from './settle.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const DIRECTORY = join(ROOT, 'docs', 'screenshots');

/** Long enough for a sampling round and for lines in the charts. */
const WARM_UP_MS = 150_000;

async function startDemo(): Promise<{ url: string; stop: () => Promise<void> }> {
  const child = spawn(process.execPath, ['demo/main.ts', '--port', '0'], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const line of createInterface({ input: child.stdout })) {
    const url = /^Cachescope: (\S+)$/.exec(line)?.[1];
    if (url === undefined) continue;
    return {
      url,
      stop: async () => {
        const ended = once(child, 'exit');
        child.kill('SIGTERM');
        await ended;
      },
    };
  }
  throw new Error('the demo ended before it was ready');
}

async function takeAll(url: string): Promise<void> {
  await using browser = await openBrowser();
  await mkdir(DIRECTORY, { recursive: true });
  for (const theme of themes) {
    for (const size of sizes) {
      const page = await browser.newPage({ viewport: size.viewport, colorScheme: theme });
      for (const { name, path } of pages) {
        await page.goto(url + path);
        await settle(page);
        // Charts are drawn a frame or two after their data is there.
        await page.waitForTimeout(1_000);
        const file = `${name}-${theme}-${size.name}.png`;
        await page.screenshot({ path: join(DIRECTORY, file) });
        console.log(file);
      }
      await page.context().close();
    }
  }
  for (const problem of new Set(browser.problems)) console.log(`console: ${problem}`);
}

const given = process.argv[2];
if (given !== undefined) {
  await takeAll(given);
} else {
  const demo = await startDemo();
  try {
    console.log(`The demo runs at ${demo.url}; waiting ${WARM_UP_MS / 1_000} s for its charts to fill.`);
    await new Promise((resolve) => setTimeout(resolve, WARM_UP_MS));
    await takeAll(demo.url);
  } finally {
    await demo.stop();
  }
}
