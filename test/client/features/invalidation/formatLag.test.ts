import { expect, it } from 'vitest';
import { formatLag } from '#client/features/invalidation/formatLag.ts';

it('says seconds as people do, and what lies above the histogram', () => {
  expect(formatLag(0.0004)).toBe(formatLag(0.001));
  expect(formatLag(0)).toContain('0');
  expect(formatLag(Number.POSITIVE_INFINITY)).toContain('over 1');
});
