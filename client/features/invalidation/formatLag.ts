import { formatDuration } from '#client/lib/formatTime.ts';
import { LAG_BOUNDS_SECONDS } from '#shared/histogram/eventHistograms.ts';

const MINUTE_MS = 60_000;

/** Seconds as people say them; what lies above the last bound of the histogram is said to. */
export function formatLag(seconds: number): string {
  if (Number.isFinite(seconds)) return formatDuration(Math.max(seconds * 1_000, seconds > 0 ? 1 : 0));
  return `over ${formatDuration((LAG_BOUNDS_SECONDS.at(-1) ?? 0) * 1_000)}`;
}

/** In one unit, for an axis. */
export function formatLagMs(ms: number): string {
  return ms < MINUTE_MS ? formatDuration(ms) : `${(ms / MINUTE_MS).toFixed(1)} min`;
}
