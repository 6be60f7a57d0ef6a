import { DEFAULT_TARGET_ID } from '#shared/target.ts';
import type { CliCommand } from '../cliCommand.ts';
import { usageProblem } from '../cliOptions.ts';
import { exitCodeHelp } from '../jobs/jobExitCode.ts';
import { answerFlags } from '../jobs/planned/answerPlan.ts';
import { runPlanned } from '../jobs/planned/runPlanned.ts';
import { findTag, refuseMark } from './findTag.ts';

/** What *Repair* on the page of a tag does. */
export const tagsRepairCommand: CliCommand = {
  name: 'tags repair',
  help: `Puts the index of a tag right, by a plan that is shown and confirmed first; touches no entry. ${exitCodeHelp}`,
  operand: 'TAG',
  flags: [
    { flag: '--layout', value: 'LAYOUT', help: 'of this layout, where several have such a tag' },
    ...answerFlags,
  ],
  run: async (tools, options) => {
    const [name = ''] = options.operands;
    if (name === '') throw usageProblem('Say which tag.');
    const tag = await findTag(tools.query, { name, layout: options.given.get('--layout') });
    refuseMark(tag, 'there is no index to repair');
    const { layout, tagKey } = tag;
    const plan = await tools.query('jobs.planRepair', { targetId: DEFAULT_TARGET_ID, layout, tagKey });
    return runPlanned(tools, options, plan);
  },
};
