import { DEFAULT_TARGET_ID } from '#shared/target.ts';
import type { CliCommand } from '../cliCommand.ts';
import { approvalViewText } from './approvalViewText.ts';
import { planIdOf } from './planIdOf.ts';
import { withoutToken } from './withoutToken.ts';

/** What the dialog of the page shows before it is answered. */
export const approvalsShowCommand: CliCommand = {
  name: 'approvals show',
  help: 'One plan that waits for a second approver: all that it would do, who wants it and why',
  operand: 'PLAN',
  flags: [],
  run: async ({ query }, options) => {
    const view = await query('approvals.get', { targetId: DEFAULT_TARGET_ID, planId: planIdOf(options) });
    return { data: withoutToken(view), text: approvalViewText(view) };
  },
};
