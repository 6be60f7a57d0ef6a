import { CacheError } from '#cache/cacheError.ts';

/** Longest wait of a timer, ms: 24.8 days. Node takes anything longer, and Infinity, for 1 ms. */
export const MAX_TIMER_MS = 2_147_483_647;

/** True for a wait that a timer can keep, ms. */
export function isTimerMs(value: number): boolean {
  return value > 0 && value <= MAX_TIMER_MS;
}

/** What `isTimerMs` asks for, in words. */
export const TIMER_BOUNDS = `above 0 and at most ${MAX_TIMER_MS}`;

/** Throws `badOptions` unless a timer can wait so long. */
export function checkTimerMs(name: string, value: number): void {
  if (isTimerMs(value)) return;
  throw new CacheError('badOptions', `${name} must be ${TIMER_BOUNDS}, and is ${String(value)}.`);
}
