import { DEFAULT_TARGET_ID } from '#shared/target.ts';
import type { CliCommand } from '../cliCommand.ts';
import { exitCodeHelp } from './jobExitCode.ts';
import { jobIdOf } from './jobIdOf.ts';
import { answerFlags } from './planned/answerPlan.ts';
import { runPlanned } from './planned/runPlanned.ts';

/** What *Bring back* on the page does. */
export const undoCommand: CliCommand = {
  name: 'undo',
  help: `Brings back what a purge of the last 15 minutes removed, where nothing newer stands. ${exitCodeHelp}`,
  operand: 'JOB',
  flags: answerFlags,
  run: async (tools, options) => {
    const jobId = jobIdOf(options);
    const plan = await tools.query('jobs.planUndo', { targetId: DEFAULT_TARGET_ID, jobId });
    return runPlanned(tools, options, plan);
  },
};
