import { TRPCClientError } from '@trpc/client';
import { expect, test } from 'vitest';
import { describeFailure } from '#client/lib/errorText.ts';

function refused(appCode: string | null, message: string): unknown {
  return new TRPCClientError(message, {
    result: { error: { code: -32_603, message, data: { code: 'CONFLICT', httpStatus: 409, appCode } } },
  });
}

test('an expected failure has a heading of ours and the sentence of the server', () => {
  const failure = describeFailure(refused('planExpired', 'Made 6 min ago.'));
  expect(failure).toEqual({
    title: 'The plan is too old',
    detail: 'Made 6 min ago.',
    code: 'planExpired',
    isServerGone: false,
  });
});

test('a server that did not answer is told apart from one that refused', () => {
  expect(describeFailure(new TRPCClientError('fetch failed')).isServerGone).toBe(true);
  expect(describeFailure(refused(null, 'masked'))).toMatchObject({ code: null, isServerGone: false });
});

test('a failure of the page itself is named as such', () => {
  expect(describeFailure(new Error('x is not a function'))).toMatchObject({ title: 'The page failed' });
});
