/** Apart enough that a page is parsed before the next one comes. */
const GAP_MS = 20;

/**
 * When in its interval the n-th target is scraped, ms: one after the other, so that many are spread over the interval and few all
 * end near its start, which is where a step of the history ends too. Times around the middle are left free, because a reading
 * that ends there may fall into either step.
 */
export function spreadPhaseMs(index: number, intervalMs: number): number {
  const phaseMs = (index * GAP_MS) % (intervalMs * 0.8);
  return Math.round(phaseMs < intervalMs * 0.4 ? phaseMs : phaseMs + intervalMs * 0.2);
}
