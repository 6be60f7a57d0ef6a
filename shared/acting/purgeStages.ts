import type { PurgeMethod } from './purgeInput.ts';

/** True where keys are removed by the job itself, and can be kept for an undo. */
export function isRemoval({ how }: PurgeMethod): boolean {
  return how === 'now' || how === 'staged';
}

/** True where services with cachescope/cache hear of each key, and drop what they hold of it in memory. */
export function isTold({ how }: PurgeMethod): boolean {
  return how !== 'spread';
}

/** Shares of the keys that are gone at the end of each stage. Source: what canary releases use. */
export const STAGE_RATIOS = [0.01, 0.05, 0.25, 1] as const;

/** How long source and Redis are watched after each stage but the last, ms: three readings of metrics. */
export const STAGE_WATCH_MS = 15_000;

/** Keys that go between two moments after the start, evenly, as a share of all. */
export interface Departure {
  readonly share: number;
  readonly fromMs: number;
  readonly overMs: number;
}

/** Time of a staged purge in which keys are removed; the rest is watching. */
export function removingMs(overMs: number): number {
  return overMs - STAGE_WATCH_MS * (STAGE_RATIOS.length - 1);
}

/** When the keys of a purge are to go. */
export function departures(method: PurgeMethod): readonly Departure[] {
  switch (method.how) {
    case 'now':
    case 'soft':
      return [{ share: 1, fromMs: 0, overMs: 0 }];
    case 'spread':
      return [{ share: 1, fromMs: 0, overMs: method.overMs }];
    case 'staged':
      return stages(method.overMs);
  }
}

function stages(overMs: number): readonly Departure[] {
  let fromMs = 0;
  let gone = 0;
  return STAGE_RATIOS.map((ratio) => {
    const share = ratio - gone;
    const stage = { share, fromMs, overMs: share * removingMs(overMs) };
    gone = ratio;
    fromMs += stage.overMs + STAGE_WATCH_MS;
    return stage;
  });
}
