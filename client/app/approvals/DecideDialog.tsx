import { useRef, useState } from 'react';
import { useRefusal } from '#client/lib/access/useRefusal.ts';
import { useApprovalActs } from '#client/lib/jobs/useApprovalActs.ts';
import { useNow } from '#client/lib/useNow.ts';
import { Button } from '#client/ui/Button.tsx';
import { PlanDialog, PlanWarning } from '#client/ui/dialog/PlanDialog.tsx';
import { formatPlanLife } from '#client/ui/dialog/preparePlan.ts';
import { ReasonField } from '#client/ui/dialog/ReasonField.tsx';
import { FailureNote } from '#client/ui/FailureNote.tsx';
import { APPROVER_ROLE, type Approval } from '#shared/acting/approval.ts';
import type { Plan } from '#shared/acting/plan.ts';
import { AskedFor } from './AskedFor.tsx';
import { PlanBody } from './PlanBody.tsx';

interface DecideDialogProps {
  approval: Approval;
  plan: Plan;
  onClose: () => void;
}

/** For everybody but whoever asked: the whole plan, and the word on it. What is approved can still be declined until it starts. */
export function DecideDialog({ approval, plan, onClose }: DecideDialogProps) {
  const close = useRef<HTMLButtonElement>(null);
  const [text, setText] = useState('');
  const { approve, decline, isPending, error } = useApprovalActs(plan.id);
  const refusal = useRefusal(APPROVER_ROLE);
  const nowMs = useNow();
  const isWaiting = approval.state === 'waiting';
  const isOff = isPending || refusal !== null;
  const footer = (
    <>
      <Button ref={close} onClick={onClose}>
        Close
      </Button>
      <Button disabled={isOff} title={refusal ?? undefined} onClick={() => decline(text.trim())}>
        Decline
      </Button>
      {isWaiting && (
        <Button
          variant="danger"
          disabled={isOff}
          title={refusal ?? undefined}
          onClick={() => approve(text.trim())}
        >
          Approve
        </Button>
      )}
      <span className="ml-auto text-right text-sm text-dim">
        {refusal ?? `Plan valid ${formatPlanLife(plan, nowMs)}`}
      </span>
    </>
  );
  return (
    <PlanDialog
      plan={plan}
      onClose={onClose}
      initialFocus={close}
      footer={footer}
      failure={<FailureNote error={error} />}
    >
      <div className="border-b border-line px-4 py-3">
        <AskedFor approval={approval} />
      </div>
      <PlanBody plan={plan} />
      <div className="flex flex-col gap-2 border-t border-line px-4 py-3">
        <PlanWarning plan={plan} />
        <p>
          {isWaiting
            ? `Approving changes nothing by itself: ${approval.requester} confirms and starts exactly this plan.`
            : `${approval.requester} may start it at any moment.`}
        </p>
        {refusal === null && (
          <ReasonField
            label={`A word to ${approval.requester} (may stay empty)`}
            value={text}
            onText={setText}
          />
        )}
      </div>
    </PlanDialog>
  );
}
