import type { WarmerRun, WarmingService } from '#shared/services/warmingService.ts';

/** An instance `shop-1` that has not run the warmer. */
export function runOf(change: Partial<WarmerRun> = {}): WarmerRun {
  return {
    ...{ instance: 'shop-1', version: '1.0', isHeard: true, state: 'idle', atMs: null },
    ...{ doneCount: 0, plannedCount: 0 },
    ...change,
  };
}

/** A service `shop` with one instance and the warmer `top`. */
export function serviceOf(change: Partial<WarmingService> = {}): WarmingService {
  return {
    ...{ service: 'shop', prefix: 'shop:', instanceCount: 1, heardCount: 1, commandedCount: 1 },
    ...{ refusal: null, warmers: [{ warmer: 'top', runs: [runOf()] }] },
    ...change,
  };
}
