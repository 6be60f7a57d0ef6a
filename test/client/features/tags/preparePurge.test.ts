import { describe, expect, it } from 'vitest';
import { isConfirmed, nextStep, preparePlanLife, preparePurge } from '#client/features/tags/preparePurge.ts';
import { errorCodes } from '#shared/errorCodes.ts';
import { exact } from '#shared/statistics.ts';
import { planNowMs, purgePlan } from './purgePlan.ts';

const plain = (text: string | undefined) => text?.replaceAll('\u202f', ' ');

describe('preparePurge', () => {
  it('says of each fact how it is known', () => {
    const { facts } = preparePurge(purgePlan());
    expect(facts.map(({ label, value, basis }) => [label, plain(value), plain(basis)])).toEqual([
      ['keys in the tag', '48,210', expect.stringMatching(/^exact, read /)],
      ['still exist', '~47.8K', '47.3K to 48.1K (95 %)'],
      ['in memory', '~112 MiB', '108 MiB to 116 MiB (95 %)'],
      ['expire by themselves within 5 min', '~31.0 %', 'from the sample'],
    ]);
  });

  it('claims no estimate where everything was read', () => {
    const plan = purgePlan({ existingCount: exact(37), bytes: exact(2_048), expiringSoonRatio: null });
    const { facts, arePatternsEstimated } = preparePurge(plan);
    expect(facts.map(({ value }) => plain(value))).toEqual(['48,210', '37', '2.0 KiB', '–']);
    expect(facts[3]?.basis).toBe('no key was sampled');
    expect(arePatternsEstimated).toBe(false);
  });

  it('sets patterns that were likely caught by accident apart', () => {
    const { unusual, usual } = preparePurge(purgePlan());
    expect(unusual.map(({ pattern }) => pattern)).toEqual(['home:blocks']);
    expect(usual.map(({ pattern }) => pattern)).toEqual(['product:{id}']);
  });

  it('repeats the count on the button and says how long it takes', () => {
    expect(preparePurge(purgePlan()).startLabel).toBe('Purge 48,210 keys');
    expect(preparePurge(purgePlan({ memberCount: 1 })).startLabel).toBe('Purge 1 key');
    expect(plain(preparePurge(purgePlan()).pace)).toBe('At 2,000 keys/s this takes about 24 s.');
  });
});

describe('isConfirmed', () => {
  const plan = purgePlan();
  it.each([
    ['the exact text and a reason', 'prod-eu 48210', 'wrong prices', true],
    ['no reason', 'prod-eu 48210', '', false],
    ['a blank reason', 'prod-eu 48210', '  ', false],
    ['another count', 'prod-eu 48211', 'wrong prices', false],
    ['the count alone', '48210', 'wrong prices', false],
    ['another case', 'PROD-EU 48210', 'wrong prices', false],
    ['a space at the end', 'prod-eu 48210 ', 'wrong prices', false],
    ['nothing typed', '', 'wrong prices', false],
  ])('%s', (_case, typed, reason, expected) => {
    expect(isConfirmed(plan, { typed, reason })).toBe(expected);
  });

  it('asks for a click only where the plan does', () => {
    const small = purgePlan({ confirmation: { kind: 'click' }, isReasonRequired: false });
    expect(isConfirmed(small, { typed: '', reason: '' })).toBe(true);
  });
});

describe('preparePlanLife', () => {
  it.each([
    [0, false, 'Plan valid 5:00'],
    [48_000, false, 'Plan valid 4:12'],
    [299_500, false, 'Plan valid 0:01'],
    [300_000, true, 'This plan is over 5 min old. Make a new one.'],
    [900_000, true, 'This plan is over 5 min old. Make a new one.'],
  ])('after %d ms', (afterMs, isExpired, text) => {
    expect(preparePlanLife(purgePlan(), planNowMs + afterMs)).toEqual({ isExpired, text });
  });

  it('never shows more than a plan lives when the clock of the page is behind', () => {
    expect(preparePlanLife(purgePlan(), planNowMs - 60_000).text).toBe('Plan valid 5:00');
  });
});

describe('nextStep', () => {
  it('offers to start again only where starting again can help', () => {
    const retried = errorCodes.filter((code) => nextStep(code) === 'retry');
    expect(retried).toEqual(['jobRunning', 'auditUnavailable']);
  });

  it.each(['planUnknown', 'planExpired', 'planUsed', 'planChanged'] as const)(
    '%s asks for a new plan',
    (code) => {
      expect(nextStep(code)).toBe('newPlan');
    },
  );

  it('does not offer to try again when the answer was lost: the job may run', () => {
    expect(nextStep(null)).toBe('close');
  });
});
