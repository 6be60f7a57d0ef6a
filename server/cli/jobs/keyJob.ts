import type { Job, PurgeJob, UndoJob } from '#shared/acting/job.ts';
import { CliProblem } from '../cliProblem.ts';

/** A job that deals with keys. */
export type KeyJob = PurgeJob | UndoJob;

/** Throws `CliProblem` for what deals with no keys. */
export function keyJobOf(job: Job): KeyJob {
  if (job.kind === 'purge' || job.kind === 'undo') return job;
  if (job.kind === 'mark') {
    const where = `on the page Tags, or with "cachescope audit list --plan ${job.planId}"`;
    throw new CliProblem(`${job.id} purges a tag by its mark and counts no keys; see it ${where}.`);
  }
  if (job.kind === 'repair') {
    throw new CliProblem(`${job.id} repairs the index of a tag and is no purge; see it on the page Tags.`);
  }
  throw new CliProblem(`${job.id} is a measurement of hit rate and no purge; see it on the page Patterns.`);
}

/** Keys that it has dealt with, whatever became of them. */
export function handledCount({ progress }: KeyJob): number {
  const { changedCount, skippedCount, failedCount, unknownCount } = progress;
  return changedCount + skippedCount + failedCount + unknownCount;
}
