import { DEFAULT_TARGET_ID } from '#shared/target.ts';
import type { CliCommand } from '../cliCommand.ts';
import { usageProblem } from '../cliOptions.ts';
import { methodFlags, methodOf } from '../jobs/flags/methodFlags.ts';
import { exitCodeHelp } from '../jobs/jobExitCode.ts';
import { answerFlags } from '../jobs/planned/answerPlan.ts';
import { runPlanned } from '../jobs/planned/runPlanned.ts';
import { letterIdOf, serviceFlag } from './letterFlags.ts';

/** Purges what an invalidation names that a service gave up; the server reads the name, so that nobody has to copy it. */
export const lettersPurgeCommand: CliCommand = {
  name: 'dead-letters purge',
  help: `Purges what a dead invalidation names, as it asked for, by a plan that is shown and confirmed first; the letter stays until it is dropped. ${exitCodeHelp}`,
  operand: 'ID',
  flags: [
    serviceFlag,
    { flag: '--whole-cache', help: 'more than half of all keys are meant' },
    ...methodFlags,
    { flag: '--bad-data', help: 'the data is wrong or leaked: nothing is kept for an undo' },
    ...answerFlags,
  ],
  run: async (tools, options) => {
    const {
      given,
      operands: [id],
    } = options;
    const service = given.get('--service') ?? '';
    if (service === '') throw usageProblem('Say whose letter: --service NAME.');
    if (id === undefined)
      throw usageProblem(
        'Say which letter. "cachescope dead-letters list --queue invalidations" lists them.',
      );
    const method = methodOf(given);
    const plan = await tools.query('jobs.planPurge', {
      targetId: DEFAULT_TARGET_ID,
      selection: { by: 'letter', service, id: letterIdOf(id) },
      ...(method === undefined ? {} : { method }),
      ...(given.has('--whole-cache') ? { isWholeCacheMeant: true } : {}),
      ...(given.has('--bad-data') ? { isDataBad: true } : {}),
    });
    return runPlanned(tools, options, plan);
  },
};
