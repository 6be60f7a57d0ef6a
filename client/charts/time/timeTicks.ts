import type { TimeSpan } from '#shared/timeRange.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const CLOCK_STEPS_MS = [
  MINUTE,
  2 * MINUTE,
  5 * MINUTE,
  10 * MINUTE,
  15 * MINUTE,
  30 * MINUTE,
  HOUR,
  2 * HOUR,
  3 * HOUR,
  6 * HOUR,
  12 * HOUR,
];
const DAY_STEPS = [1, 2, 5, 10, 30];

/** Minutes that clocks are behind UTC at a moment, as `Date.getTimezoneOffset` counts them. */
type ZoneOffset = (atMs: number) => number;

const viewersOffset: ZoneOffset = (atMs) => new Date(atMs).getTimezoneOffset();

/**
 * Round moments of the viewer's zone inside the span, about `maxCount` at most: clocks below a day, midnights above. Where the
 * clocks are changed within the span, the ticks go on by the new clock, so that midnight stays midnight.
 */
export function timeTicks(
  { fromMs, toMs }: TimeSpan,
  maxCount: number,
  offsetAt: ZoneOffset = viewersOffset,
): readonly number[] {
  const spanMs = toMs - fromMs;
  const stepMs =
    CLOCK_STEPS_MS.find((step) => spanMs / step <= maxCount) ??
    (DAY_STEPS.find((days) => spanMs / (days * DAY) <= maxCount) ?? 30) * DAY;
  // Counted on the clocks of the zone, where every step is as wide as the next, and turned into moments one by one.
  const clockMs = (atMs: number) => atMs - offsetAt(atMs) * MINUTE;
  const ticks: number[] = [];
  for (let at = Math.ceil(clockMs(fromMs) / stepMs) * stepMs; at <= clockMs(toMs); at += stepMs) {
    const tick = momentOf(at, offsetAt);
    // An hour that the clocks skip would stand on the one after it, twice.
    if (tick >= fromMs && tick <= toMs && tick > (ticks.at(-1) ?? 0)) ticks.push(tick);
  }
  return ticks;
}

/** When the clocks of the zone show `clockMs`; where they skip it, the moment at which they do. */
function momentOf(clockMs: number, offsetAt: ZoneOffset): number {
  const guess = clockMs + offsetAt(clockMs) * MINUTE;
  return clockMs + offsetAt(guess) * MINUTE;
}
