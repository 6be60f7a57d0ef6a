import { expect, it } from 'vitest';
import { answerPlan } from '#server/cli/jobs/planned/answerPlan.ts';
import { planEnding } from '#server/cli/jobs/planned/planEnding.ts';
import { purgePlan } from '#test/client/ui/purgePlan.ts';
import { scriptedTerminal } from '#test/support/cli/scriptedTerminal.ts';

/** A plan of so few keys that nothing but a click is needed, unless somebody else has to agree. */
const small = (isApprovalNeeded: boolean) =>
  purgePlan({
    ...{ keyCount: 3, confirmation: { kind: 'click' }, isReasonRequired: false, isApprovalNeeded },
  });

const yes = new Map([['--yes', 'true']]);

it('a few keys need no reason, unless somebody has to approve it', async () => {
  const terminal = scriptedTerminal();
  expect(await answerPlan(small(false), { given: yes, terminal })).toEqual({ typed: '', reason: '' });
  await expect(answerPlan(small(true), { given: yes, terminal })).rejects.toMatchObject({
    exitCode: 2,
    message: expect.stringContaining('--reason'),
  });
  const given = new Map([...yes, ['--reason', 'wrong prices']]);
  expect(await answerPlan(small(true), { given, terminal })).toEqual({ typed: '', reason: 'wrong prices' });
});

it('the end of a plan says that somebody has to approve it, and what starting it takes', () => {
  expect(planEnding(small(false)).join('\n')).not.toContain('approver');
  const ending = planEnding(small(true)).join('\n');
  expect(ending).toContain('It needs a second approver');
  expect(ending).toContain('To start it: --yes --reason TEXT.');
});
