import { useRef } from 'react';
import { useUser } from '#client/lib/access/accessContext.ts';
import { describeFailure } from '#client/lib/errorText.ts';
import { useApproval } from '#client/lib/jobs/useApprovals.ts';
import { useGuardedStart } from '#client/lib/jobs/useGuardedJob.ts';
import { useNow } from '#client/lib/useNow.ts';
import { describeApproval } from '#client/ui/approvals/describeApproval.ts';
import { Button } from '#client/ui/Button.tsx';
import { ConfirmDialog } from '#client/ui/dialog/ConfirmDialog.tsx';
import { Dialog } from '#client/ui/dialog/Dialog.tsx';
import { QueryStates } from '#client/ui/QueryStates.tsx';
import type { ApprovalView } from '#shared/acting/approval.ts';
import type { Plan } from '#shared/acting/plan.ts';
import { DecideDialog } from './DecideDialog.tsx';
import { EndedApproval } from './EndedApproval.tsx';
import { OwnApproval } from './OwnApproval.tsx';
import { PlanBody } from './PlanBody.tsx';

/** The plan of this id as whoever looks may answer it: wait, start, approve, or read what became of it. */
export function ApprovalDialog({ planId, onClose }: { planId: string; onClose: () => void }) {
  const close = useRef<HTMLButtonElement>(null);
  const view = useApproval(planId);
  const failure = view.error === null ? null : describeFailure(view.error);
  if (view.data !== undefined && failure?.code !== 'notFound') {
    return <KnownApproval view={view.data} onClose={onClose} />;
  }
  return (
    <Dialog
      title={failure?.code === 'notFound' ? 'This plan is gone' : 'Second approver'}
      onClose={onClose}
      initialFocus={close}
    >
      {failure?.code === 'notFound' ? (
        <p role="alert" className="px-4 py-3">
          {failure.detail} The audit log says what was done.
        </p>
      ) : (
        <QueryStates query={view} label="the plan" heightPx={240}>
          {() => null}
        </QueryStates>
      )}
      <footer className="flex justify-end border-t border-line px-4 py-3">
        <Button ref={close} onClick={onClose}>
          Close
        </Button>
      </footer>
    </Dialog>
  );
}

/** Whoever waits before it sees each turn of it at once. */
function KnownApproval({ view, onClose }: { view: ApprovalView; onClose: () => void }) {
  const { approval, plan } = view;
  const own = useUser();
  const { state } = describeApproval(approval, useNow());
  const isOwn = approval.requester === own?.name;
  if (plan === null || state === 'expired') return <EndedApproval approval={approval} onClose={onClose} />;
  if (!isOwn) return <DecideDialog approval={approval} plan={plan} onClose={onClose} />;
  if (state === 'approved' && approval.decision !== null && plan.token !== '') {
    const approved = { by: approval.decision.by, reason: approval.reason };
    return <ApprovedPlan plan={plan} approved={approved} onClose={onClose} />;
  }
  return <OwnApproval view={view} plan={plan} onClose={onClose} />;
}

interface ApprovedPlanProps {
  plan: Plan;
  approved: { readonly by: string; readonly reason: string };
  onClose: () => void;
}

/** Once it has started, the approval has ended, and its end shows the job. */
function ApprovedPlan({ plan, approved, onClose }: ApprovedPlanProps) {
  const { start } = useGuardedStart();
  return (
    <ConfirmDialog plan={plan} approved={approved} start={start} onCancel={onClose}>
      <PlanBody plan={plan} />
    </ConfirmDialog>
  );
}
