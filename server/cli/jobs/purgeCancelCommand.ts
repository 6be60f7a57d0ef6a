import { isTerminal } from '#shared/acting/job.ts';
import { DEFAULT_TARGET_ID } from '#shared/target.ts';
import type { CliCommand } from '../cliCommand.ts';
import { cacheJobOf } from './cacheJob.ts';
import { cancelJob, followJob } from './followJob.ts';
import { jobIdOf } from './jobIdOf.ts';
import { jobText } from './jobText.ts';

/** What *Cancel* on the page does; waits for the end, which is at most a batch away. */
export const purgeCancelCommand: CliCommand = {
  name: 'purge cancel',
  help: 'Stops a purge, an undo or a warm-up after the running batch. Ends with 0 when it was stopped, 1 when it had ended before',
  operand: 'JOB',
  flags: [],
  run: async (tools, options) => {
    const jobId = jobIdOf(options);
    const before = cacheJobOf(await tools.query('jobs.get', { targetId: DEFAULT_TARGET_ID, jobId }));
    const job = await followJob(tools, await cancelJob(tools, jobId));
    const hadEnded = isTerminal(before.state);
    const text = hadEnded ? `It had ended before.\n${jobText(job)}` : jobText(job);
    return { data: { job }, text, exitCode: job.state === 'cancelled' && !hadEnded ? 0 : 1 };
  },
};
