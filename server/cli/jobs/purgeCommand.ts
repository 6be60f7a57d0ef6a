import { DEFAULT_TARGET_ID } from '#shared/target.ts';
import type { CliCommand } from '../cliCommand.ts';
import { methodFlags, methodOf } from './flags/methodFlags.ts';
import { selectionFlags, selectionOf } from './flags/selectionFlags.ts';
import { exitCodeHelp } from './jobExitCode.ts';
import { answerFlags } from './planned/answerPlan.ts';
import { markedTagOf, planMark } from './planned/planMark.ts';
import { runPlanned } from './planned/runPlanned.ts';

/** What the purge dialog of the page does: a plan, its confirmation, its job. */
export const purgeCommand: CliCommand = {
  name: 'purge',
  help: `Removes keys by a plan that is shown and confirmed first. ${exitCodeHelp}`,
  flags: [
    ...selectionFlags,
    { flag: '--whole-cache', help: 'more than half of all keys are meant' },
    ...methodFlags,
    { flag: '--bad-data', help: 'the data is wrong or leaked: nothing is kept for an undo' },
    ...answerFlags,
  ],
  run: async (tools, options) => {
    const { given } = options;
    const marked = await markedTagOf(options, tools);
    if (marked !== null) return runPlanned(tools, options, await planMark(options, tools, marked));
    const method = methodOf(given);
    const selection = await selectionOf(options, tools);
    tools.terminal.showProgress('Planning: reading which keys these are …');
    try {
      const plan = await tools.query('jobs.planPurge', {
        targetId: DEFAULT_TARGET_ID,
        selection,
        ...(method === undefined ? {} : { method }),
        ...(given.has('--whole-cache') ? { isWholeCacheMeant: true } : {}),
        ...(given.has('--bad-data') ? { isDataBad: true } : {}),
      });
      tools.terminal.showProgress('');
      return await runPlanned(tools, options, plan);
    } finally {
      tools.terminal.showProgress('');
    }
  },
};
