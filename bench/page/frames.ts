import type { Page } from '@playwright/test';

export interface Scrolling {
  readonly frameCount: number;
  /** Of the frames that a 60 Hz screen would have shown, those that came late or not at all, 0-1. */
  readonly droppedRatio: number;
  readonly longestFrameMs: number;
}

const FRAME_MS = 1_000 / 60;

/** Turns the wheel over `selector` for so long and counts the frames that the page drew meanwhile. */
export async function measureScrolling(page: Page, selector: string, seconds: number): Promise<Scrolling> {
  await page.locator(selector).first().hover();
  const counting = page.evaluate(
    (spanMs) =>
      new Promise<number[]>((resolve) => {
        const gaps: number[] = [];
        let last = performance.now();
        const endMs = last + spanMs;
        const count = (atMs: number) => {
          gaps.push(atMs - last);
          last = atMs;
          if (atMs < endMs) requestAnimationFrame(count);
          else resolve(gaps);
        };
        requestAnimationFrame(count);
      }),
    seconds * 1_000,
  );
  const endMs = Date.now() + seconds * 1_000;
  while (Date.now() < endMs) {
    await page.mouse.wheel(0, 150);
    await page.waitForTimeout(FRAME_MS - 1);
  }
  // The first gap began before the wheel.
  const gaps = (await counting).slice(1);
  const shown = gaps.length;
  const due = gaps.reduce((sum, gapMs) => sum + Math.max(1, Math.round(gapMs / FRAME_MS)), 0);
  return { frameCount: shown, droppedRatio: 1 - shown / due, longestFrameMs: Math.max(...gaps) };
}
