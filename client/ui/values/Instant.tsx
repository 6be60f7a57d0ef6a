import { formatClock, formatClockMinute, formatDateTime, formatUtc } from '#client/lib/formatTime.ts';

const formats = { second: formatClock, minute: formatClockMinute, full: formatDateTime };

/** A moment in the viewer's zone; UTC on hover. */
export function Instant({ atMs, to = 'second' }: { atMs: number; to?: keyof typeof formats }) {
  return (
    <time dateTime={formatUtc(atMs)} title={formatUtc(atMs)}>
      {formats[to](atMs)}
    </time>
  );
}
