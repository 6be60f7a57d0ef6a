import { useRef } from 'react';
import { useGuardedJob } from '#client/lib/jobs/useGuardedJob.ts';
import { useJobs } from '#client/lib/jobs/useJobs.ts';
import { Button } from '#client/ui/Button.tsx';
import { Dialog } from '#client/ui/dialog/Dialog.tsx';
import { JobPanel } from '#client/ui/jobs/JobPanel.tsx';
import type { Approval } from '#shared/acting/approval.ts';
import { AskedFor } from './AskedFor.tsx';

/** What became of it: the job when there is one, else why there is none and what is next. */
export function EndedApproval({ approval, onClose }: { approval: Approval; onClose: () => void }) {
  const close = useRef<HTMLButtonElement>(null);
  return (
    <Dialog title={approval.title} onClose={onClose} initialFocus={close}>
      <div className="flex flex-col gap-2 px-4 py-3">
        <AskedFor approval={approval} />
        {approval.jobId === null && (
          <p className="text-dim">Nothing was changed by it. Make a new plan if it is still wanted.</p>
        )}
      </div>
      {approval.jobId !== null && <JobOf jobId={approval.jobId} />}
      <footer className="sticky bottom-0 flex justify-end border-t border-line bg-panel px-4 py-3">
        <Button ref={close} onClick={onClose}>
          Close
        </Button>
      </footer>
    </Dialog>
  );
}

function JobOf({ jobId }: { jobId: string }) {
  const job = useJobs().data?.find(({ id }) => id === jobId);
  const { jobActs, actFailure } = useGuardedJob();
  if (job === undefined) return null;
  if (job.kind === 'probe') {
    return <p className="border-t border-line px-4 py-3">What it measures stands on the page Patterns.</p>;
  }
  return (
    <div className="border-t border-line">
      <JobPanel job={job} acts={jobActs} failure={actFailure?.failure ?? null} />
    </div>
  );
}
