import type { Reading } from '#shared/reading.ts';
import type { TimeSpan } from '#shared/timeRange.ts';

const HOUR_MS = 3_600_000;
/** Ours: some thousand look-ups of a busy service, and past the first minutes of one that has just begun. */
const LATELY_MS = 5 * 60_000;

/**
 * The hit rate that a cache had before a moment: over an hour, or over its last minutes where those were better. A cache that was filled
 * within the hour was cold for a part of it, which is not what it had to lose.
 */
export function usualHitRatio(
  hitRatioOf: (span: TimeSpan) => Reading<number>,
  untilMs: number,
): Reading<number> {
  const over = (ms: number) => hitRatioOf({ fromMs: untilMs - ms, toMs: untilMs });
  const [hour, lately] = [over(HOUR_MS), over(LATELY_MS)];
  if (hour.state !== 'known' || lately.state !== 'known') return hour;
  return lately.value > hour.value ? lately : hour;
}
