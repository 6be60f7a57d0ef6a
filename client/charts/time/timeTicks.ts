const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const TICK_STEPS_MS = [
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
  DAY,
  2 * DAY,
  5 * DAY,
  10 * DAY,
  30 * DAY,
];

/** Round moments of the viewer's zone inside the span, at most `maxCount`. */
export function timeTicks(fromMs: number, toMs: number, maxCount: number): readonly number[] {
  const spanMs = toMs - fromMs;
  const stepMs = TICK_STEPS_MS.find((step) => spanMs / step <= maxCount) ?? 30 * DAY;
  const offsetMs = new Date(fromMs).getTimezoneOffset() * MINUTE;
  const first = Math.ceil((fromMs - offsetMs) / stepMs) * stepMs + offsetMs;
  const ticks: number[] = [];
  for (let at = first; at <= toMs; at += stepMs) ticks.push(at);
  return ticks;
}
