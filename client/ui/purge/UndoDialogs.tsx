import { useRef } from 'react';
import { formatCount } from '#client/lib/formatNumber.ts';
import { formatDuration } from '#client/lib/formatTime.ts';
import type { GuardedUndo } from '#client/lib/jobs/useGuardedJob.ts';
import type { UndoPlan } from '#shared/acting/plan.ts';
import { Button } from '../Button.tsx';
import { ConfirmDialog } from '../dialog/ConfirmDialog.tsx';
import { confirmLabel } from '../dialog/confirmLabel.ts';
import { Dialog } from '../dialog/Dialog.tsx';
import { PlanFigures } from '../dialog/PlanFigures.tsx';

/** The way from the button of a purge to the job that brings back what it removed. */
export function UndoDialogs({ guarded }: { guarded: GuardedUndo }) {
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
        onRenew={() => guarded.planUndo(planned.jobId)}
        isStarting={guarded.start.isPending}
        isSpent={guarded.start.isPlanSpent}
        failure={guarded.start.failure}
      >
        <UndoFacts plan={plan} />
      </ConfirmDialog>
    );
  }
  if (planFailure === null) return null;
  return (
    <Dialog title={planFailure.title} onClose={guarded.dismiss} initialFocus={close}>
      <div className="flex flex-col gap-3 px-4 py-3">
        <p role="alert">{planFailure.detail}</p>
        <div>
          <Button ref={close} onClick={guarded.dismiss}>
            Close
          </Button>
        </div>
      </div>
    </Dialog>
  );
}

/** What an undo brings back. */
export function UndoFacts({ plan: { keyCount, entryCount, keysPerSecond } }: { plan: UndoPlan }) {
  const facts = [
    { value: formatCount(keyCount), text: 'keys were removed and are kept' },
    { value: formatCount(entryCount), text: 'of them entries of cachescope/cache, which come back as stale' },
    { value: formatDuration((keyCount / keysPerSecond) * 1_000), text: 'to run' },
  ];
  return (
    <div className="px-4 py-3">
      <PlanFigures figures={facts} />
    </div>
  );
}
