import type { Failure } from '#client/lib/errorText.ts';
import type { PurgeJob } from '#shared/acting/job.ts';
import { JobPanel } from './JobPanel.tsx';

interface JobListProps {
  jobs: readonly PurgeJob[];
  onCancel: (jobId: string) => void;
  /** Why the last cancel did not reach its job. */
  cancelFailure: { readonly jobId: string; readonly failure: Failure } | null;
}

/** Jobs below each other, as the server orders them. */
export function JobList({ jobs, onCancel, cancelFailure }: JobListProps) {
  return (
    <ul className="max-h-80 divide-y divide-line overflow-auto">
      {jobs.map((job) => (
        <li key={job.id}>
          <JobPanel
            job={job}
            onCancel={onCancel}
            cancelFailure={cancelFailure?.jobId === job.id ? cancelFailure.failure : null}
          />
        </li>
      ))}
    </ul>
  );
}
