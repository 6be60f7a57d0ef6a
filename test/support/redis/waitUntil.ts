import { setTimeout as pause } from 'node:timers/promises';

/** Asks every 20 ms until the answer is yes; a question that throws has the answer no. Throws after `withinMs`. */
export async function waitUntil(
  claim: string,
  isSo: () => Promise<boolean>,
  withinMs = 20_000,
): Promise<void> {
  const endsAtMs = performance.now() + withinMs;
  let reason: unknown = null;
  for (;;) {
    try {
      if (await isSo()) return;
      reason = null;
    } catch (error) {
      reason = error;
    }
    if (performance.now() > endsAtMs)
      throw new Error(`Not within ${withinMs} ms: ${claim}`, { cause: reason });
    await pause(20);
  }
}
