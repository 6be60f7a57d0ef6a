import type { UndoPlan } from '#shared/acting/plan.ts';
import { printable } from '#shared/export/printable.ts';
import { DEFAULT_TARGET_ID } from '#shared/target.ts';
import type { CliCommand } from '../cliCommand.ts';
import { aligned, duration } from '../textTable.ts';
import { exitCodeHelp } from './jobExitCode.ts';
import { jobIdOf } from './jobIdOf.ts';
import { fullCount } from './jobText.ts';
import { answerFlags } from './planned/answerPlan.ts';
import { planEnding } from './planned/planEnding.ts';
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
    return runPlanned(tools, options, { plan, text: undoPlanText(plan) });
  },
};

function undoPlanText(plan: UndoPlan): string {
  const { title, keyCount, entryCount, keysPerSecond, ofJobId } = plan;
  return [
    printable(title),
    '',
    aligned([
      ['keys', fullCount(keyCount)],
      ['come back as stale', `${fullCount(entryCount)}, entries of cachescope/cache`],
      ['takes', `${duration((keyCount / keysPerSecond) * 1_000)} at ${fullCount(keysPerSecond)} keys/s`],
      ['undoes the job', ofJobId],
    ]),
    '',
    ...planEnding(plan),
  ].join('\n');
}
