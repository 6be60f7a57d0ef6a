import { DEFAULT_TARGET_ID } from '#shared/target.ts';
import type { CliCommand } from '../cliCommand.ts';
import { approvalOutcome } from './approvalText.ts';
import { planIdOf } from './planIdOf.ts';

/** What *Decline* on the page does; asks nothing, since it changes nothing. */
export const approvalsDeclineCommand: CliCommand = {
  name: 'approvals decline',
  help: 'Declines the plan of somebody else, also one that is approved and not started yet: it is gone',
  operand: 'PLAN',
  flags: [{ flag: '--text', value: 'TEXT', help: 'why, for whoever planned it and the audit log' }],
  run: async ({ query }, options) => {
    const text = options.given.get('--text') ?? '';
    const input = { targetId: DEFAULT_TARGET_ID, planId: planIdOf(options), text };
    const approval = await query('approvals.decline', input);
    return { data: { approval }, text: approvalOutcome(approval) };
  },
};
