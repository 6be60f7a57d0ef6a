import { expect, test } from 'vitest';
import { causeOf, causeOfOne } from '#shared/services/causeOf.ts';
import { breaker, open } from '#test/support/services/breakerReadings.ts';

const inRow = { to: 'open', reason: 'consecutiveFailures', count: 1, fromMs: 1, toMs: 1 } as const;

test.each([
  ['failures at once', { failureRatio: 0.9, slowCallRatio: 0.1 }, 'failsAtOnce'],
  ['failures that waited', { failureRatio: 0.9, slowCallRatio: 0.95 }, 'hangs'],
  ['slow ones that were good', { failureRatio: 0.1, slowCallRatio: 0.8 }, 'slow'],
  ['neither', { failureRatio: 0.1, slowCallRatio: 0.1 }, 'unclear'],
  ['not told', { failureRatio: null, slowCallRatio: null }, 'unclear'],
] as const)('%s', (_, shares, cause) => {
  expect(causeOfOne(breaker(shares))).toBe(cause);
});

test('a few failures in a row among many good calls count by whether they were slow', () => {
  const row = { transitions: [inRow], openedBy: { failureRatio: 0.02, slowCallRatio: 0.02 } };
  expect(causeOfOne(breaker(row))).toBe('hangs');
  expect(causeOfOne(breaker({ ...row, openedBy: { failureRatio: 0.02, slowCallRatio: 0 } }))).toBe(
    'failsAtOnce',
  );
});

test('of several, what most of those say that say anything', () => {
  const unclear = breaker({ failureRatio: null, slowCallRatio: null });
  const slow = open(1, { failed: 0, slow: 1 });
  expect(causeOf([unclear, slow, slow, open(1)])).toContain('slow and do not fail');
  expect(causeOf([unclear])).toContain('do not say');
});
