import type { Job, PurgeJob, UndoJob } from '#shared/acting/job.ts';
import { CliProblem } from '../cliProblem.ts';

/** A job that deals with keys. */
export type KeyJob = PurgeJob | UndoJob;

/** Throws `CliProblem` for a measurement. */
export function keyJobOf(job: Job): KeyJob {
  if (job.kind !== 'probe') return job;
  throw new CliProblem(`${job.id} is a measurement of hit rate and no purge; see it on the page Patterns.`);
}

/** Keys that it has dealt with, whatever became of them. */
export function handledCount({ progress }: KeyJob): number {
  const { changedCount, skippedCount, failedCount, unknownCount } = progress;
  return changedCount + skippedCount + failedCount + unknownCount;
}
