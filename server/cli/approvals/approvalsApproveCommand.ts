import { DEFAULT_TARGET_ID } from '#shared/target.ts';
import type { CliCommand } from '../cliCommand.ts';
import { usageProblem } from '../cliOptions.ts';
import { jobExitCode } from '../jobs/jobExitCode.ts';
import { approvalOutcome } from './approvalText.ts';
import { approvalViewText } from './approvalViewText.ts';
import { planIdOf } from './planIdOf.ts';

/** What *Approve* on the page does. */
export const approvalsApproveCommand: CliCommand = {
  name: 'approvals approve',
  help: 'Approves the plan of somebody else after showing it; they start it. Ends with 0 when it is approved, 4 when it was not confirmed',
  operand: 'PLAN',
  flags: [
    { flag: '--text', value: 'TEXT', help: 'a word to whoever planned it, for the audit log too' },
    { flag: '--yes', help: 'asks nothing' },
  ],
  run: async ({ query, terminal }, options) => {
    const input = { targetId: DEFAULT_TARGET_ID, planId: planIdOf(options) };
    const { given, isJson } = options;
    const view = await query('approvals.get', input);
    if (!given.has('--yes')) {
      if (!terminal.canAsk) {
        throw usageProblem('Nothing was approved: say --yes, or run this in a terminal to be asked.');
      }
      terminal.say(`${approvalViewText(view)}\n`);
      const typed = await terminal.ask('Approve it? [y/N] ');
      if (!/^y(?:es)?$/i.test(typed?.trim() ?? '')) {
        return {
          data: { approval: view.approval },
          text: 'Not confirmed: nothing was approved.',
          exitCode: jobExitCode('cancelled'),
        };
      }
    } else if (!isJson) terminal.say(`${approvalViewText(view)}\n`);
    const approval = await query('approvals.approve', { ...input, text: given.get('--text') ?? '' });
    return {
      data: { approval },
      text: `${approvalOutcome(approval)} ${approval.requester} can start it now.`,
    };
  },
};
