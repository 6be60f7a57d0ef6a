import { useRef } from 'react';
import type { Failure } from '#client/lib/errorText.ts';
import { formatCount } from '#client/lib/formatNumber.ts';
import { nextStep } from '#client/lib/jobs/nextStep.ts';
import type { GuardedJob } from '#client/lib/jobs/useGuardedJob.ts';
import { Button } from '#client/ui/Button.tsx';
import { ConfirmDialog } from '#client/ui/dialog/ConfirmDialog.tsx';
import { Dialog } from '#client/ui/dialog/Dialog.tsx';

/** The way from the button of a tag to a running job: planning, the plan and its confirmation, or why there is none. */
export function PurgeDialogs({ guarded }: { guarded: GuardedJob }) {
  const { plan, planned, planFailure } = guarded;
  if (planned === null) return null;
  const renew = () => guarded.planPurge(planned);
  if (plan !== null) {
    return (
      <ConfirmDialog
        key={plan.id}
        plan={plan}
        confirmLabel={`Purge ${formatCount(plan.memberCount)} ${plan.memberCount === 1 ? 'key' : 'keys'}`}
        onConfirm={(answer) => guarded.start.confirm(plan, answer)}
        onCancel={guarded.dismiss}
        onRenew={renew}
        isStarting={guarded.start.isPending}
        isSpent={guarded.start.isPlanSpent}
        failure={guarded.start.failure}
      />
    );
  }
  if (planFailure !== null) {
    return <NoPlan tagKey={planned.tagKey} failure={planFailure} onRenew={renew} onClose={guarded.dismiss} />;
  }
  return <Planning tagKey={planned.tagKey} onClose={guarded.dismiss} />;
}

function Planning({ tagKey, onClose }: { tagKey: string; onClose: () => void }) {
  const cancel = useRef<HTMLButtonElement>(null);
  return (
    <Dialog title="Planning the purge" onClose={onClose} initialFocus={cancel}>
      <div className="flex flex-col gap-3 px-4 py-3">
        <p role="status">
          The server reads the members of <code className="break-all">{tagKey}</code> and a sample of what
          they hold. Nothing is changed.
        </p>
        <div>
          <Button ref={cancel} onClick={onClose}>
            Cancel
          </Button>
        </div>
      </div>
    </Dialog>
  );
}

interface NoPlanProps {
  tagKey: string;
  failure: Failure;
  onRenew: () => void;
  onClose: () => void;
}

function NoPlan({ tagKey, failure, onRenew, onClose }: NoPlanProps) {
  const close = useRef<HTMLButtonElement>(null);
  const isNothing = failure.code === 'notFound';
  const isWorthAnother = !isNothing && nextStep(failure.code) !== 'close';
  return (
    <Dialog
      title={isNothing ? 'There is nothing to purge' : failure.title}
      onClose={onClose}
      initialFocus={close}
    >
      <div className="flex flex-col gap-3 px-4 py-3">
        <p role="alert">{failure.detail}</p>
        <p className="text-dim">
          No plan of <code className="break-all">{tagKey}</code> was made, so nothing was changed.
        </p>
        <div className="flex gap-2">
          <Button ref={close} onClick={onClose}>
            Close
          </Button>
          {isWorthAnother && <Button onClick={onRenew}>Plan again</Button>}
        </div>
      </div>
    </Dialog>
  );
}
