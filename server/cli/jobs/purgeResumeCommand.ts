import { DEFAULT_TARGET_ID } from '#shared/target.ts';
import type { CliCommand } from '../cliCommand.ts';
import { cacheJobOf } from './cacheJob.ts';
import { jobIdOf } from './jobIdOf.ts';
import { jobText } from './jobText.ts';
import { waitForJob } from './waitForJob.ts';

/** What *Go on* on the page does. */
export const purgeResumeCommand: CliCommand = {
  name: 'purge resume',
  help: 'Lets a purge or an undo that waits go on',
  operand: 'JOB',
  flags: [],
  run: async (tools, options) => {
    const input = { targetId: DEFAULT_TARGET_ID, jobId: jobIdOf(options) };
    const asked = cacheJobOf(await tools.query('jobs.resume', input));
    const job = await waitForJob(tools, asked, ({ state }) => state !== 'paused');
    return { data: { job }, text: jobText(job), exitCode: job.endedAtMs === null ? 0 : 1 };
  },
};
