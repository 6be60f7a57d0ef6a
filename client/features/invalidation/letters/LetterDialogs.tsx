import { useRef } from 'react';
import type { GuardedLetters } from '#client/lib/jobs/useGuardedJob.ts';
import { Button } from '#client/ui/Button.tsx';
import { ConfirmDialog } from '#client/ui/dialog/ConfirmDialog.tsx';
import { confirmLabel } from '#client/ui/dialog/confirmLabel.ts';
import { Dialog } from '#client/ui/dialog/Dialog.tsx';
import { LettersFacts } from './LettersFacts.tsx';

/** The way from the button to a running job: the plan and its confirmation, or why there is none. */
export function LetterDialogs({ guarded }: { guarded: GuardedLetters }) {
  const close = useRef<HTMLButtonElement>(null);
  const { plan, planned, planFailure } = guarded;
  if (planned === null) return null;
  if (plan !== null) {
    return (
      <ConfirmDialog
        key={plan.id}
        plan={plan}
        confirmLabel={confirmLabel(plan)}
        onConfirm={(answer) => guarded.start.confirm(plan, answer)}
        onCancel={guarded.dismiss}
        onRenew={() => guarded.planLetters(planned)}
        isStarting={guarded.start.isPending}
        isSpent={guarded.start.isPlanSpent}
        failure={guarded.start.failure}
      >
        <LettersFacts plan={plan} />
      </ConfirmDialog>
    );
  }
  const title = planFailure === null ? 'Reading the letters' : planFailure.title;
  return (
    <Dialog title={title} onClose={guarded.dismiss} initialFocus={close}>
      <div className="flex flex-col gap-3 px-4 py-3">
        {planFailure === null ? (
          <p role="status">The server reads each letter. Nothing is changed.</p>
        ) : (
          <p role="alert">{planFailure.detail}</p>
        )}
        <div>
          <Button ref={close} onClick={guarded.dismiss}>
            {planFailure === null ? 'Cancel' : 'Close'}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
