const GAP = '\u202f';

const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const clockMinute = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });
const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });
const dateTime = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
});

/** Two units at most: `240 ms`, `3 s`, `4 min 10 s`, `2 h 5 min`, `3 d 4 h`. */
export function formatDuration(ms: number): string {
  const size = Math.max(0, ms);
  if (size < 1_000) return `${size > 0 && size < 1 ? '<1' : Math.round(size)}${GAP}ms`;
  if (size < 10_000 && size % 1_000 >= 50) return `${(Math.floor(size / 100) / 10).toFixed(1)}${GAP}s`;
  const seconds = Math.round(size / 1_000);
  if (seconds < 60) return `${seconds}${GAP}s`;
  if (seconds < 3_600) return twoUnits(seconds, { size: 60, names: ['min', 's'], inner: 1 });
  if (seconds < 86_400) return twoUnits(seconds, { size: 3_600, names: ['h', 'min'], inner: 60 });
  return twoUnits(seconds, { size: 86_400, names: ['d', 'h'], inner: 3_600 });
}

function twoUnits(
  seconds: number,
  unit: { size: number; names: readonly [string, string]; inner: number },
): string {
  const large = Math.floor(seconds / unit.size);
  const small = Math.floor((seconds % unit.size) / unit.inner);
  const first = `${large}${GAP}${unit.names[0]}`;
  return small === 0 ? first : `${first} ${small}${GAP}${unit.names[1]}`;
}

/** How old something is, in whole units. An instant ahead of us (clocks differ) is 0 s old. */
export function formatAge(ageMs: number): string {
  return formatDuration(Math.max(0, Math.floor(ageMs / 1_000)) * 1_000).replace(`0${GAP}ms`, `0${GAP}s`);
}

/** `14:02:11` in the viewer's zone. */
export function formatClock(atMs: number): string {
  return clock.format(atMs);
}

/** `14:02`. */
export function formatClockMinute(atMs: number): string {
  return clockMinute.format(atMs);
}

/** `23 Nov 2026, 14:02:11`. */
export function formatDateTime(atMs: number): string {
  return dateTime.format(atMs);
}

/** For hovers and exports, whatever the viewer's zone: `2026-11-23T14:02:11Z`. */
export function formatUtc(atMs: number): string {
  return new Date(atMs).toISOString().replace(/\.\d+Z$/, 'Z');
}

/** A tick of a time axis: the day where one begins in the viewer's zone, else the clock. */
export function formatTick(atMs: number): string {
  return isMidnight(atMs) ? day.format(atMs) : clockMinute.format(atMs);
}

function isMidnight(atMs: number): boolean {
  const at = new Date(atMs);
  return at.getHours() === 0 && at.getMinutes() === 0;
}

/** A moment within a span: `14:02`, with its day where the span has more than one. */
export function formatMoment(atMs: number, span: { readonly fromMs: number; readonly toMs: number }): string {
  if (day.format(span.fromMs) === day.format(span.toMs)) return clockMinute.format(atMs);
  return `${day.format(atMs)}, ${clockMinute.format(atMs)}`;
}
