import type { Clock } from '#server/clock/clock.ts';

/** Resolves when so much more may be done. */
export type Spend = (count: number) => Promise<void>;

/** Keeps work at or below so many a second, from the first on: a pause is made before what would be too soon. */
export function pacedWork(clock: Clock, perSecond: number): Spend {
  let freeAtMs = 0;
  return async (count) => {
    const nowMs = clock.elapsedMs();
    if (freeAtMs > nowMs) await clock.pause(freeAtMs - nowMs);
    freeAtMs = Math.max(nowMs, freeAtMs) + (count / perSecond) * 1_000;
  };
}
