import { DEFAULT_TARGET_ID } from '#shared/target.ts';
import type { CliCommand } from '../cliCommand.ts';
import { cacheJobOf } from './cacheJob.ts';
import { jobIdOf } from './jobIdOf.ts';
import { jobText } from './jobText.ts';
import { waitForJob } from './waitForJob.ts';

/** What *Pause* on the page does. */
export const purgePauseCommand: CliCommand = {
  name: 'purge pause',
  help: 'Has a running purge or undo wait after the running batch, until it is told to go on',
  operand: 'JOB',
  flags: [],
  run: async (tools, options) => {
    const input = { targetId: DEFAULT_TARGET_ID, jobId: jobIdOf(options) };
    const asked = cacheJobOf(await tools.query('jobs.pause', input));
    const job = await waitForJob(tools, asked, ({ state }) => state !== 'running');
    return { data: { job }, text: jobText(job), exitCode: job.endedAtMs === null ? 0 : 1 };
  },
};
