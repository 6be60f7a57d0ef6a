import type { CDPSession, Page } from '@playwright/test';

/** Time that the main thread of the page was busy so far, ms. */
export interface MainThread {
  busyMs(): Promise<number>;
}

export async function openMainThread(page: Page): Promise<MainThread & { readonly session: CDPSession }> {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable', { timeDomain: 'timeTicks' });
  return {
    session,
    busyMs: async () => {
      const { metrics } = await session.send('Performance.getMetrics');
      return (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0) * 1_000;
    },
  };
}
