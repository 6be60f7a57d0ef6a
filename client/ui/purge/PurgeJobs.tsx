import { type GuardedJob, useGuardedUndo } from '#client/lib/jobs/useGuardedJob.ts';
import { useJobs } from '#client/lib/jobs/useJobs.ts';
import { currentJobs } from '../jobs/currentJobs.ts';
import { JobList } from '../jobs/JobList.tsx';
import { Panel } from '../Panel.tsx';
import { UndoDialogs } from './UndoDialogs.tsx';

/** The purges of this server that run or ended last, and the way to bring back what they removed; nothing while there is none. */
export function PurgeJobs({ guarded }: { guarded: GuardedJob }) {
  const undo = useGuardedUndo();
  const jobs = (useJobs().data ?? []).filter(({ kind }) => kind !== 'warm' && kind !== 'letters');
  const shown = currentJobs(jobs);
  if (shown.length === 0) return null;
  return (
    <Panel title="Jobs" note="run in the server, and go on when this page is closed">
      <JobList jobs={shown} acts={{ ...guarded.jobActs, undo: undo.planUndo }} failure={guarded.actFailure} />
      <UndoDialogs guarded={undo} />
    </Panel>
  );
}
