import { DEFAULT_TARGET_ID } from '#shared/target.ts';
import type { CliCommand } from '../cliCommand.ts';
import { type CliOptions, usageProblem } from '../cliOptions.ts';
import { exitCodeHelp } from '../jobs/jobExitCode.ts';
import { answerFlags } from '../jobs/planned/answerPlan.ts';
import { runPlanned } from '../jobs/planned/runPlanned.ts';
import { askedLetters, letterFlags, letterIdOf } from './letterFlags.ts';

/** Puts events that were given up back into their stream. */
export const lettersReplayCommand: CliCommand = actCommand(
  'replay',
  'Puts dead letters back into the stream of events',
);

/** Forgets them. */
export const lettersDropCommand: CliCommand = actCommand('drop', 'Drops dead letters, for good');

function actCommand(act: 'replay' | 'drop', what: string): CliCommand {
  return {
    name: `dead-letters ${act}`,
    help: `${what}, by a plan that is shown and confirmed first. ${exitCodeHelp}`,
    operand: 'ID',
    flags: [...letterFlags, { flag: '--all', help: 'all that there are, in place of one' }, ...answerFlags],
    run: async (tools, options) => {
      const ids = idsOf(options);
      const stream = await askedLetters(tools, options);
      if (stream === null) throw usageProblem('Say whose letters: --service NAME.');
      const plan = await tools.query('jobs.planLetters', {
        ...{ targetId: DEFAULT_TARGET_ID, act, stream },
        ids,
      });
      return runPlanned(tools, options, plan);
    },
  };
}

function idsOf({ operands: [id], given }: CliOptions): string[] | null {
  if (given.has('--all')) {
    if (id !== undefined) throw usageProblem('Say an id or --all, not both.');
    return null;
  }
  if (id === undefined)
    throw usageProblem('Say which letter, or --all. "cachescope dead-letters list" lists them.');
  return [letterIdOf(id)];
}
