import { DEFAULT_TARGET_ID } from '#shared/target.ts';
import type { CliTools } from '../cliCommand.ts';
import { type CacheJob, cacheJobOf } from './cacheJob.ts';

const POLL_MS = 200;
/** A batch takes seconds at most; longer is said as it is. */
const MAX_POLLS = 50;

/** The job as soon as it is as wanted, which is between two batches; else as it is after a while. Rejects with a `CliProblem`. */
export async function waitForJob(
  { query, terminal }: CliTools,
  asked: CacheJob,
  isWanted: (job: CacheJob) => boolean,
): Promise<CacheJob> {
  let job = asked;
  for (let polls = 0; polls < MAX_POLLS && !isWanted(job); polls += 1) {
    await terminal.pause(POLL_MS);
    job = cacheJobOf(await query('jobs.get', { targetId: DEFAULT_TARGET_ID, jobId: job.id }));
  }
  return job;
}
