import type { Clock } from '#server/clock/clock.ts';
import { pacedWork } from './pacedWork.ts';

/** Keys that one SCAN step looks at: 0.46 ms of the node, measured at a million keys. */
export const KEYS_PER_STEP = 500;
/** Keys that a walk looks at in a second, at most: about 9 % of a core of the node. */
const KEYS_PER_SECOND = 100_000;

/** Waits before each step of a walk over all names until the node may be asked again. */
export function scanPace(clock: Clock): () => Promise<void> {
  const spend = pacedWork(clock, KEYS_PER_SECOND);
  return () => spend(KEYS_PER_STEP);
}
