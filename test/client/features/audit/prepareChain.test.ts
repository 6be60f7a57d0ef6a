import { expect, it } from 'vitest';
import { type AuditStatus, prepareChain } from '#client/features/audit/prepareChain.ts';

const verdict = {
  isIntact: true,
  fault: null,
  entryCount: 2_500,
  head: { sequence: 2_500, hash: 'ab' },
  firstAtMs: 1,
  lastAtMs: 2,
  runCount: 1,
  tornByteCount: 0,
} as const;

type Last = NonNullable<AuditStatus['check']['last']>;

function textOf(last: Partial<Last> | null) {
  const whole = last === null ? null : { endedAtMs: 0, tookMs: 1_200, verdict, problem: '', ...last };
  return prepareChain({ trouble: null, head: null, check: { runningRatio: null, last: whole } });
}

it.each([
  ['before the first check', null, 'unknown', /not verified since this server started/],
  ['intact', {}, 'calm', /^Chain verified up to no\. 2,500, .* in 1\.2\u202fs\.$/],
  ['empty', { verdict: { ...verdict, head: null, entryCount: 0 } }, 'calm', /^The log is empty/],
  ['unreadable', { verdict: null, problem: 'ENOENT: gone' }, 'bad', /could not be verified.*ENOENT: gone/],
  [
    'changed',
    {
      verdict: {
        ...verdict,
        isIntact: false,
        fault: { kind: 'dropped', lineNumber: 1_003, problem: 'Entry 3 is missing.' },
      },
    },
    'bad',
    /not as it was written, from line 1,003 on\. Entry 3 is missing\. Found/,
  ],
] as const)('%s', (_case, last, tone, text) => {
  const told = textOf(last);
  expect(told.tone).toBe(tone);
  expect(told.text).toMatch(text);
});
