import { runChanges } from './changes.ts';
import type { Popularity } from './popularity.ts';
import type { Shop } from './shop.ts';
import { visit } from './visit.ts';

export interface TrafficOptions {
  readonly shop: Shop;
  readonly popularity: Popularity;
  readonly random: () => number;
  /** Visits a second, averaged over a day of the shop; each is about twelve look-ups. */
  readonly visitsPerSecond: number;
  /** Called when a visit fails, which none should: the caches go on without Redis. */
  readonly onFailure: (error: unknown) => void;
}

/** Look-ups of one step share their writes to Redis; shorter steps cost more CPU for the same traffic. */
const STEP_MS = 100;

/** A day of the shop passes in this time, so that its quiet and busy hours can be watched. */
const DAY_MS = 6 * 60_000;
const WOBBLE_RATIO = 0.25;

/** Visits under way at once; above it visitors stay away, as they would from a shop that hangs. */
const MAX_VISITS = 400;

/** Sends visitors and changes until the returned function is called; it waits for those under way. */
export function startTraffic({ shop, popularity, random, visitsPerSecond, onFailure }: TrafficOptions) {
  const underWay = new Set<Promise<void>>();
  let lastStepAt = performance.now();
  let owedVisits = 0;
  const run = (work: Promise<void>): void => {
    const tracked = work.catch(onFailure).finally(() => underWay.delete(tracked));
    underWay.add(tracked);
  };
  const step = (): void => {
    const now = performance.now();
    const seconds = Math.min(1, (now - lastStepAt) / 1_000);
    lastStepAt = now;
    const wobble = 1 + WOBBLE_RATIO * Math.sin((2 * Math.PI * now) / DAY_MS);
    owedVisits += visitsPerSecond * wobble * seconds;
    for (; owedVisits >= 1; owedVisits -= 1) {
      if (underWay.size < MAX_VISITS) run(visit(shop, popularity, random));
    }
    run(runChanges(shop, popularity, { seconds, random }));
  };
  const timer = setInterval(step, STEP_MS);
  return async (): Promise<void> => {
    clearInterval(timer);
    await Promise.allSettled(underWay);
  };
}
