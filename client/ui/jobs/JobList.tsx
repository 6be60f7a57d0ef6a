import type { Failure } from '#client/lib/errorText.ts';
import { JobPanel } from './JobPanel.tsx';
import type { KeyJob } from './prepareJob.ts';

interface JobListProps {
  jobs: readonly KeyJob[];
  onCancel: (jobId: string) => void;
  /** Asks for the plan of an undo; absent = none is offered here. */
  onUndo?: ((jobId: string) => void) | undefined;
  /** Why the last cancel did not reach its job. */
  cancelFailure: { readonly jobId: string; readonly failure: Failure } | null;
}

/** Jobs below each other, as the server orders them. */
export function JobList({ jobs, onCancel, onUndo, cancelFailure }: JobListProps) {
  return (
    <ul className="max-h-80 divide-y divide-line overflow-auto">
      {jobs.map((job) => (
        <li key={job.id}>
          <JobPanel
            job={job}
            onCancel={onCancel}
            onUndo={onUndo}
            cancelFailure={cancelFailure?.jobId === job.id ? cancelFailure.failure : null}
          />
        </li>
      ))}
    </ul>
  );
}
