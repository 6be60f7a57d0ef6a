import { DEFAULT_TARGET_ID } from '#shared/target.ts';
import type { CliCommand } from '../cliCommand.ts';
import { cacheJobOf } from './cacheJob.ts';
import { followJob } from './followJob.ts';
import { exitCodeHelp, jobExitCode } from './jobExitCode.ts';
import { jobIdOf } from './jobIdOf.ts';
import { jobText } from './jobText.ts';

/** A job that was started elsewhere, or left by Ctrl-C. */
export const purgeWatchCommand: CliCommand = {
  name: 'purge watch',
  help: `Follows a running purge or undo to its end. ${exitCodeHelp}`,
  operand: 'JOB',
  flags: [],
  run: async (tools, options) => {
    const jobId = jobIdOf(options);
    const known = cacheJobOf(await tools.query('jobs.get', { targetId: DEFAULT_TARGET_ID, jobId }));
    const job = await followJob(tools, known);
    return { data: { job }, text: jobText(job), exitCode: jobExitCode(job.state) };
  },
};
