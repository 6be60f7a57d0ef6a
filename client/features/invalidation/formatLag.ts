import { formatDuration } from '#client/lib/formatTime.ts';
import { LAG_BOUNDS_SECONDS } from '#shared/histogram/eventHistograms.ts';

/** Seconds as people say them; what lies above the last bound of the histogram is said to. */
export function formatLag(seconds: number): string {
  if (Number.isFinite(seconds)) return formatDuration(Math.max(seconds * 1_000, seconds > 0 ? 1 : 0));
  return `over ${formatDuration((LAG_BOUNDS_SECONDS.at(-1) ?? 0) * 1_000)}`;
}
