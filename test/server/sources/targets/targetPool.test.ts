import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Scrape } from '#server/sources/targets/scrape/scrape.ts';
import type { ScrapeTarget } from '#server/sources/targets/scrapeTarget.ts';
import { TargetPool } from '#server/sources/targets/targetPool.ts';
import { noCost, scrapeTarget } from '#test/support/metrics/scrapeTarget.ts';

const START_MS = Date.UTC(2026, 2, 2);
const INTERVAL_MS = 5_000;

/** How long each address takes to answer, and whether it does. */
let answers: Map<string, { takesMs: number; isDown: boolean }>;
let scrapedAtMs: Map<string, number[]>;
let activeCount: number;
let mostActive: number;
let closed: string[];
let pool: TargetPool;

beforeEach(() => {
  vi.useFakeTimers({ now: START_MS });
  answers = new Map();
  scrapedAtMs = new Map();
  activeCount = 0;
  mostActive = 0;
  closed = [];
  pool = new TargetPool({
    nowMs: Date.now,
    intervalMs: () => INTERVAL_MS,
    open: (target) => ({ scrape: () => scrape(target), close: () => void closed.push(target.url) }),
    onScrape: ({ url }) => scrapedAtMs.set(url, [...(scrapedAtMs.get(url) ?? []), Date.now() - START_MS]),
  });
});
afterEach(async () => {
  const closing = pool.close();
  await vi.advanceTimersByTimeAsync(60_000);
  await closing;
  vi.useRealTimers();
});

async function scrape({ url }: ScrapeTarget): Promise<Scrape> {
  const { takesMs, isDown } = answers.get(url) ?? { takesMs: 1, isDown: false };
  activeCount += 1;
  mostActive = Math.max(mostActive, activeCount);
  await new Promise((resolve) => setTimeout(resolve, takesMs));
  activeCount -= 1;
  const cost = { ...noCost, durationMs: takesMs };
  if (isDown) return { state: 'down', atMs: Date.now(), fault: 'timeout', detail: '', cost };
  return { state: 'up', atMs: Date.now(), samples: [], fault: null, problem: '', cost };
}

function targetsOf(name: string, count: number): ScrapeTarget[] {
  return Array.from({ length: count }, (_, at) => scrapeTarget(`http://${name}${at}/metrics`));
}

function startsOf(url: string): readonly number[] {
  return scrapedAtMs.get(url) ?? [];
}

test('reads each target once an interval, spread over it', async () => {
  const targets = targetsOf('good', 200);
  pool.setTargets(targets);
  await vi.advanceTimersByTimeAsync(10 * INTERVAL_MS);
  for (const { url } of targets) expect(startsOf(url).length).toBeGreaterThanOrEqual(10);
  const seconds = new Set(
    targets.map(({ url }) => Math.floor(((startsOf(url).at(-1) ?? 0) % INTERVAL_MS) / 1_000)),
  );
  expect(seconds.size).toBe(4);
  expect(mostActive).toBe(16);
});

test('targets that hang delay no other', async () => {
  const good = targetsOf('good', 20);
  const hanging = targetsOf('hanging', 200);
  for (const { url } of hanging) answers.set(url, { takesMs: 2_000, isDown: true });
  pool.setTargets([...good, ...hanging]);
  // Until each of them was found out, once.
  await vi.advanceTimersByTimeAsync(60_000);
  scrapedAtMs.clear();
  await vi.advanceTimersByTimeAsync(60_000);
  for (const { url } of good) {
    const gaps = startsOf(url).map((at, index, all) => at - (all[index - 1] ?? at - INTERVAL_MS));
    expect(startsOf(url)).toHaveLength(12);
    expect(Math.max(...gaps)).toBeLessThan(INTERVAL_MS + 100);
  }
});

test('a target that fails is asked less and less often, and at once as before when it is back', async () => {
  const [target] = targetsOf('failing', 1);
  const url = target?.url ?? '';
  answers.set(url, { takesMs: 1, isDown: true });
  pool.setTargets(targetsOf('failing', 1));
  await vi.advanceTimersByTimeAsync(120_000);
  const rounded = startsOf(url).map((at) => Math.round(at / INTERVAL_MS));
  expect(rounded).toEqual([0, 1, 2, 4, 8, 14, 20]);
  answers.set(url, { takesMs: 1, isDown: false });
  await vi.advanceTimersByTimeAsync(60_000);
  expect(
    startsOf(url)
      .slice(7)
      .map((at) => Math.round(at / INTERVAL_MS)),
  ).toEqual(expect.arrayContaining([27, 28, 29, 30]));
});

test('a target that stays keeps its place; one whose access changed is opened anew; one that is gone is closed', async () => {
  const [a, b] = targetsOf('good', 2);
  if (a === undefined || b === undefined) throw new Error('two targets are needed');
  pool.setTargets([a, b]);
  await vi.advanceTimersByTimeAsync(100);
  pool.setTargets([{ ...a }, b]);
  expect(closed).toEqual([]);
  pool.setTargets([{ ...a, access: { ...a.access, username: 'me' } }]);
  expect(closed).toEqual([a.url, b.url]);
  const readingsOfGone = startsOf(b.url).length;
  await vi.advanceTimersByTimeAsync(INTERVAL_MS);
  expect(startsOf(b.url)).toHaveLength(readingsOfGone);
  expect(startsOf(a.url).length).toBeGreaterThanOrEqual(2);
});
