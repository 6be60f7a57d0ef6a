import type { Job, ProbeJob } from '#shared/acting/job.ts';
import { CliProblem } from '../cliProblem.ts';

/** A job that changes what is cached, or the index of a tag. */
export type CacheJob = Exclude<Job, ProbeJob>;

/** Throws `CliProblem` for what only measures. */
export function cacheJobOf(job: Job): CacheJob {
  if (job.kind !== 'probe') return job;
  throw new CliProblem(`${job.id} is a measurement of hit rate and no purge; see it on the page Patterns.`);
}

/** Keys that it has dealt with, whatever became of them; null where it counts none. */
export function handledCount(job: CacheJob): number | null {
  if (job.kind === 'mark') return null;
  if (job.kind === 'warm') return job.progress.doneCount;
  const { changedCount, skippedCount, failedCount, unknownCount } = job.progress;
  return changedCount + skippedCount + failedCount + unknownCount;
}
