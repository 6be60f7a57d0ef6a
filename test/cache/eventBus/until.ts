import { vi } from 'vitest';

/** Waits until the claim holds; long, since a busy machine is no failure. */
export function until(claim: () => unknown): Promise<unknown> {
  return vi.waitFor(claim, { timeout: 15_000, interval: 20 });
}
