import { useRef } from 'react';
import type { Failure } from '#client/lib/errorText.ts';
import { nextStep } from '#client/lib/jobs/nextStep.ts';
import type { GuardedWarm } from '#client/lib/jobs/useGuardedJob.ts';
import { Button } from '#client/ui/Button.tsx';
import { ConfirmDialog } from '#client/ui/dialog/ConfirmDialog.tsx';
import { confirmLabel } from '#client/ui/dialog/confirmLabel.ts';
import { Dialog } from '#client/ui/dialog/Dialog.tsx';
import { Planning } from '#client/ui/purge/Planning.tsx';
import { WarmFacts } from '#client/ui/warm/WarmFacts.tsx';

/** The way from the builder to a running warm-up: planning, the plan and its confirmation, or why there is none. */
export function WarmDialogs({ guarded }: { guarded: GuardedWarm }) {
  const { plan, planned, planFailure } = guarded;
  if (planned === null) return null;
  const renew = () => guarded.planWarm(planned);
  if (plan !== null) {
    return (
      <ConfirmDialog
        key={plan.id}
        plan={plan}
        confirmLabel={confirmLabel(plan)}
        onConfirm={(answer) => guarded.start.confirm(plan, answer)}
        onCancel={guarded.dismiss}
        onRenew={renew}
        isStarting={guarded.start.isPending}
        isSpent={guarded.start.isPlanSpent}
        failure={guarded.start.failure}
      >
        <WarmFacts plan={plan} />
      </ConfirmDialog>
    );
  }
  if (planFailure !== null) {
    return (
      <NoWarmPlan warmer={planned.warmer} failure={planFailure} onRenew={renew} onClose={guarded.dismiss} />
    );
  }
  return (
    <Planning title="Planning the warm-up" onClose={guarded.dismiss}>
      An instance of the service makes the list of <code className="break-all">{planned.warmer}</code>, and
      looks which of it is fresh.
    </Planning>
  );
}

interface NoWarmPlanProps {
  warmer: string;
  failure: Failure;
  onRenew: () => void;
  onClose: () => void;
}

function NoWarmPlan({ warmer, failure, onRenew, onClose }: NoWarmPlanProps) {
  const close = useRef<HTMLButtonElement>(null);
  const isOverload = failure.code === 'sourceOverload';
  // The same rate is refused again; it is changed behind this dialog.
  const isWorthAnother = !isOverload && nextStep(failure.code) !== 'close';
  return (
    <Dialog
      title={failure.code === 'notFound' ? 'No plan was made' : failure.title}
      onClose={onClose}
      initialFocus={close}
    >
      <div className="flex flex-col gap-3 px-4 py-3">
        <p role="alert" className="break-words">
          {failure.detail}
        </p>
        <p className="text-dim">
          No plan of <code className="break-all">{warmer}</code> was made, so nothing is loaded.
        </p>
        <div className="flex flex-wrap gap-2">
          <Button ref={close} onClick={onClose}>
            {isOverload ? 'Change the rate' : 'Close'}
          </Button>
          {isWorthAnother && <Button onClick={onRenew}>Plan again</Button>}
        </div>
      </div>
    </Dialog>
  );
}
