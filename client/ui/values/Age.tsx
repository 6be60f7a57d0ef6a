import { formatAge, formatDateTime, formatUtc } from '#client/lib/formatTime.ts';
import { useNow } from '#client/lib/useNow.ts';

/** `3 s`: how long ago, ticking; the instant itself on hover. Never inside a live region. */
export function Age({ atMs, suffix = ' old' }: { atMs: number; suffix?: string }) {
  const nowMs = useNow();
  return (
    <time dateTime={formatUtc(atMs)} title={`${formatDateTime(atMs)} (${formatUtc(atMs)})`}>
      {formatAge(nowMs - atMs)}
      {suffix}
    </time>
  );
}
