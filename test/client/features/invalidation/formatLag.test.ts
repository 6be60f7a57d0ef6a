import { expect, it } from 'vitest';
import { formatLag, formatLagMs } from '#client/features/invalidation/formatLag.ts';

it('says seconds as people do, and what lies above the histogram', () => {
  expect(formatLag(0.0004)).toBe(formatLag(0.001));
  expect(formatLag(0)).toContain('0');
  expect(formatLag(Number.POSITIVE_INFINITY)).toContain('over 1');
});

it('has one unit on an axis', () => {
  expect(formatLagMs(100_000)).toBe('1.7 min');
  expect(formatLagMs(250)).toBe(formatLag(0.25));
});
