const GOLDEN_RATIO = 0.618_033_988_749_895;

/**
 * When in its interval the n-th target is scraped, ms: evenly spread however many there are, the first at 0. Times around
 * the middle of the interval are left free, because a reading that ends there may fall into either step of the history.
 */
export function spreadPhaseMs(index: number, intervalMs: number): number {
  const phaseMs = ((index * GOLDEN_RATIO) % 1) * intervalMs * 0.8;
  return Math.round(phaseMs < intervalMs * 0.4 ? phaseMs : phaseMs + intervalMs * 0.2);
}
