import { type GuardedJob, useGuardedUndo } from '#client/lib/jobs/useGuardedJob.ts';
import { useJobs } from '#client/lib/jobs/useJobs.ts';
import { JobList } from '#client/ui/jobs/JobList.tsx';
import { Panel } from '#client/ui/Panel.tsx';
import { UndoDialogs } from '#client/ui/purge/UndoDialogs.tsx';
import { useLookAfterJobs } from './useLookAfterJobs.ts';

interface KeyJobsProps {
  guarded: GuardedJob;
  /** Looks at the key again: what stands on the page was before the job. */
  onLook: () => void;
}

/** The purge that was started here, and its undo; those of other keys would only push this one out of sight. */
export function KeyJobs({ guarded, onLook }: KeyJobsProps) {
  const undo = useGuardedUndo();
  const startedIds = [guarded.start.job?.id, undo.start.job?.id];
  const jobs = (useJobs().data ?? [])
    .filter((job) => job.kind !== 'probe')
    .filter(({ id }) => startedIds.includes(id));
  useLookAfterJobs(jobs, onLook);
  if (jobs.length === 0) return null;
  return (
    <Panel title="Jobs" note="run in the server, and go on when this page is closed">
      <JobList jobs={jobs} acts={{ ...guarded.jobActs, undo: undo.planUndo }} failure={guarded.actFailure} />
      <UndoDialogs guarded={undo} />
    </Panel>
  );
}
