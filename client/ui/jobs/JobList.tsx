import type { Failure } from '#client/lib/errorText.ts';
import { type JobActs, JobPanel } from './JobPanel.tsx';
import type { CacheJob } from './prepareJob.ts';

interface JobListProps {
  jobs: readonly CacheJob[];
  acts: JobActs;
  /** Why the last act did not reach its job. */
  failure: { readonly jobId: string; readonly failure: Failure } | null;
}

/** Jobs below each other, as the server orders them. */
export function JobList({ jobs, acts, failure }: JobListProps) {
  return (
    <ul className="divide-y divide-line md:max-h-80 md:overflow-auto">
      {jobs.map((job) => (
        <li key={job.id}>
          <JobPanel job={job} acts={acts} failure={failure?.jobId === job.id ? failure.failure : null} />
        </li>
      ))}
    </ul>
  );
}
