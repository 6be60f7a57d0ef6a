import type { Job } from '#shared/acting/job.ts';
import type { CacheJob } from './prepareJob.ts';

const SHOWN_ENDED = 2;

/** Purges, of whichever kind, and undos worth a place beside what they are of: all that run, and the last that ended. */
export function currentJobs(all: readonly Job[]): readonly CacheJob[] {
  const jobs = all.filter((job) => job.kind !== 'probe');
  const ended = jobs.filter((job) => job.endedAtMs !== null).slice(0, SHOWN_ENDED);
  return [...jobs.filter((job) => job.endedAtMs === null), ...ended];
}
