import { expect, test } from 'vitest';
import { formatAge, formatDuration, formatMoment, formatTick, formatUtc } from '#client/lib/formatTime.ts';

test.each([
  [0, '0 ms'],
  [0.4, '<1 ms'],
  [240, '240 ms'],
  [1_500, '1.5 s'],
  [3_000, '3 s'],
  [59_400, '59 s'],
  [59_900, '1 min'],
  [250_000, '4 min 10 s'],
  [7_500_000, '2 h 5 min'],
  [273_600_000, '3 d 4 h'],
])('%d ms last %s', (ms, text) => {
  expect(formatDuration(ms).replaceAll('\u202f', ' ')).toBe(text);
});

test('an age has whole units, and what lies ahead of a clock that is slow is 0 s old', () => {
  expect(formatAge(2_900).replaceAll('\u202f', ' ')).toBe('2 s');
  expect(formatAge(-5_000).replaceAll('\u202f', ' ')).toBe('0 s');
});

test('an instant for exports is in UTC, whatever the zone of the viewer', () => {
  expect(formatUtc(Date.UTC(2026, 10, 23, 14, 2, 11, 500))).toBe('2026-11-23T14:02:11Z');
});

test('a tick says the day where one begins and the clock elsewhere, and a moment its day in a span of several', () => {
  const midnight = new Date(2026, 10, 23).getTime();
  const afternoon = new Date(2026, 10, 23, 14, 2).getTime();
  expect([formatTick(midnight), formatTick(afternoon)]).toEqual(['23 Nov', '14:02']);
  expect(formatMoment(afternoon, { fromMs: midnight, toMs: afternoon })).toBe('14:02');
  expect(formatMoment(afternoon, { fromMs: midnight - 1, toMs: afternoon })).toBe('23 Nov, 14:02');
});
