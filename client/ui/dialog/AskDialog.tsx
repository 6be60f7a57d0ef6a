import { type FormEvent, type ReactNode, useId, useRef, useState } from 'react';
import { useAskApproval } from '#client/lib/jobs/useApprovalActs.ts';
import { usePageSearch } from '#client/lib/urlState.ts';
import { useNow } from '#client/lib/useNow.ts';
import type { Plan } from '#shared/acting/plan.ts';
import { Button } from '../Button.tsx';
import { FailureNote } from '../FailureNote.tsx';
import { SeveritySign } from '../SeveritySign.tsx';
import { PlanDialog, PlanWarning } from './PlanDialog.tsx';
import { formatPlanLife } from './preparePlan.ts';
import { ReasonField } from './ReasonField.tsx';

interface AskDialogProps {
  plan: Plan;
  onClose: () => void;
  /** Asks the server for a fresh plan of the same thing; absent = it is planned elsewhere. */
  onRenew: (() => void) | undefined;
  /** What the plan does and costs. */
  children: ReactNode;
}

/** A plan that somebody else must approve: asks them. Waiting goes on in the dialog of the approval, which every page can show. */
export function AskDialog({ plan, onClose, onRenew, children }: AskDialogProps) {
  const cancel = useRef<HTMLButtonElement>(null);
  const formId = useId();
  const [reason, setReason] = useState('');
  const { setSearch } = usePageSearch();
  const asking = useAskApproval((approval) => {
    onClose();
    setSearch({ approval }, 'push');
  });
  const nowMs = useNow();
  const isExpired = nowMs >= plan.expiresAtMs;
  const isReady = reason.trim() !== '' && !asking.isPending && !isExpired;
  const ask = (event: FormEvent) => {
    event.preventDefault();
    if (isReady) asking.ask(plan, reason.trim());
  };
  const missing = reason.trim() === '' ? ' · needs a reason' : '';
  const footer = (
    <>
      <Button ref={cancel} onClick={onClose}>
        Cancel
      </Button>
      {isExpired && onRenew !== undefined ? (
        <Button onClick={onRenew}>Make a new plan</Button>
      ) : (
        <Button type="submit" form={formId} disabled={!isReady}>
          {asking.isPending ? 'Asking' : 'Ask for approval'}
        </Button>
      )}
      <span className="ml-auto text-right text-sm text-dim">
        {isExpired ? 'This plan is too old to start.' : `Plan valid ${formatPlanLife(plan, nowMs)}${missing}`}
      </span>
    </>
  );
  return (
    <PlanDialog
      plan={plan}
      onClose={onClose}
      initialFocus={cancel}
      footer={footer}
      failure={<FailureNote error={asking.error} />}
    >
      <p className="flex items-start gap-2 px-4 pt-3">
        <SeveritySign severity="note" size={14} />
        <span>
          <b>Needs a second approver.</b> Another operator or admin has to approve exactly this plan before
          you can start it. Nothing is changed until then.
        </span>
      </p>
      {children}
      <form id={formId} onSubmit={ask} className="flex flex-col gap-2 border-t border-line px-4 py-3">
        <PlanWarning plan={plan} />
        <ReasonField label="Reason, which they will read" value={reason} isRequired onText={setReason} />
      </form>
    </PlanDialog>
  );
}
