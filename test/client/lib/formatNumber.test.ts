import { expect, test } from 'vitest';
import {
  formatBytes,
  formatCompact,
  formatEstimate,
  formatPercent,
  formatPercentNumber,
  formatPoints,
  formatRate,
  formatRateDelta,
} from '#client/lib/formatNumber.ts';
import { exact } from '#shared/statistics.ts';

test.each([
  [0, '0'],
  [0.614, '61.4'],
  [0.98999, '99.0'],
  [0.9912, '99.12'],
  [0.99999, '99.99'],
  [1, '100'],
  [0.0001, '<0.1'],
])('a ratio of %d is %s percent, never rounded up to all or down to nothing', (ratio, text) => {
  expect(formatPercentNumber(ratio)).toBe(text);
});

test('a percentage and its sign stay on one line', () => {
  expect(formatPercent(0.5)).toBe('50.0\u202f%');
});

test.each([
  [0.012, '+1.2\u202fpp'],
  [-0.326, '\u221232.6\u202fpp'],
  [0, '0.0\u202fpp'],
  [-0.0001, '0.0\u202fpp'],
])('a difference of %d is written in points: %s', (delta, text) => {
  expect(formatPoints(delta)).toBe(text);
});

test.each([
  [0, '0/s'],
  [0.001, '<0.01/s'],
  [0.042, '0.04/s'],
  [9.99, '9.99/s'],
  [12.34, '12.3/s'],
  [2410.4, '2,410/s'],
])('a rate of %d is %s', (rate, text) => {
  expect(formatRate(rate)).toBe(text);
});

test.each([
  [1082.4, '+1,082/s'],
  [-9.7, '\u22129.70/s'],
  [0, '0/s'],
])('a change of a rate by %d carries its sign: %s', (rate, text) => {
  expect(formatRateDelta(rate)).toBe(text);
});

test.each([
  [0, '0\u202fB'],
  [1_023, '1,023\u202fB'],
  [1_024, '1.0\u202fKiB'],
  [1_048_575, '1.0\u202fMiB'],
  [117_440_512, '112\u202fMiB'],
])('%d bytes are %s, in the units of Redis', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});

test.each([
  [9_812, '9,812'],
  [48_210, '48.2K'],
  [3_140_000, '3.1M'],
])('%d is %s where room is tight', (count, text) => {
  expect(formatCompact(count)).toBe(text);
});

test('an estimate carries a tilde and its interval, a count neither', () => {
  const estimate = { value: 48_210, low: 47_900, high: 48_500, isExact: false };
  expect(formatEstimate(estimate, formatCompact)).toEqual({
    text: '~48.2K',
    interval: '47.9K to 48.5K (95\u202f%)',
  });
  expect(formatEstimate(exact(37), formatCompact)).toEqual({ text: '37', interval: 'exact' });
});
