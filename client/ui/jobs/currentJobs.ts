import type { Job, PurgeJob } from '#shared/acting/job.ts';

const SHOWN_ENDED = 2;

/** Purges worth a place beside what they are of: all that run, and the last that ended. */
export function currentJobs(all: readonly Job[]): readonly PurgeJob[] {
  const jobs = all.filter((job) => job.kind === 'purge');
  const ended = jobs.filter((job) => job.endedAtMs !== null).slice(0, SHOWN_ENDED);
  return [...jobs.filter((job) => job.endedAtMs === null), ...ended];
}
