import { useRef } from 'react';
import { useApprovalActs } from '#client/lib/jobs/useApprovalActs.ts';
import { useNow } from '#client/lib/useNow.ts';
import { Button } from '#client/ui/Button.tsx';
import { CopyButton } from '#client/ui/CopyButton.tsx';
import { PlanDialog } from '#client/ui/dialog/PlanDialog.tsx';
import { formatPlanLife } from '#client/ui/dialog/preparePlan.ts';
import { FailureNote } from '#client/ui/FailureNote.tsx';
import type { ApprovalView } from '#shared/acting/approval.ts';
import type { Plan } from '#shared/acting/plan.ts';
import { AskedFor } from './AskedFor.tsx';
import { PlanBody } from './PlanBody.tsx';

interface OwnApprovalProps {
  view: ApprovalView;
  plan: Plan;
  onClose: () => void;
}

/** For whoever asked: who could answer and how they get here, for as long as nobody has. */
export function OwnApproval({ view: { approval, approvers }, plan, onClose }: OwnApprovalProps) {
  const close = useRef<HTMLButtonElement>(null);
  const { withdraw, isPending, error } = useApprovalActs(plan.id);
  const nowMs = useNow();
  const footer = (
    <>
      <Button ref={close} onClick={onClose}>
        Close, it goes on waiting
      </Button>
      <Button disabled={isPending} onClick={withdraw}>
        Take it back
      </Button>
      <span className="ml-auto text-right text-sm text-dim">Plan valid {formatPlanLife(plan, nowMs)}</span>
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
      <div className="flex flex-col gap-2 border-b border-line px-4 py-3">
        <AskedFor approval={approval} />
        {plan.token === '' && (
          <p className="text-amber">
            You asked in another tab or session. Only there it can be started; here you can take it back.
          </p>
        )}
        <WhoMay approvers={approvers} planId={plan.id} />
      </div>
      <PlanBody plan={plan} />
    </PlanDialog>
  );
}

function WhoMay({ approvers, planId }: { approvers: readonly string[]; planId: string }) {
  if (approvers.length === 0) {
    return (
      <p className="text-amber">
        Nobody could approve it now: no other user has the role operator or admin. An admin has to add one.
      </p>
    );
  }
  return (
    <>
      <p>
        <b>{approvers.join(', ')}</b> may approve it. A banner on every page shows it to them; the link opens
        it, and so does <code className="break-all">cachescope approvals show {planId}</code> in a terminal.
      </p>
      <div>
        <CopyButton label="Copy the link to this plan" text={() => linkTo(planId)}>
          Copy the link
        </CopyButton>
      </div>
    </>
  );
}

/** Opens on the first page: what else stands in the address here is nobody's business. */
function linkTo(planId: string): string {
  const url = new URL('.', document.baseURI);
  url.searchParams.set('approval', planId);
  return url.href;
}
