import { formatCount } from '#client/lib/formatNumber.ts';
import { formatDuration } from '#client/lib/formatTime.ts';
import type { GuardedUndo } from '#client/lib/jobs/useGuardedJob.ts';
import type { UndoPlan } from '#shared/acting/plan.ts';
import { ConfirmDialog } from '../dialog/ConfirmDialog.tsx';
import { NoPlan } from '../dialog/NoPlan.tsx';
import { PlanFigures } from '../dialog/PlanFigures.tsx';

/** The way from the button of a purge to the job that brings back what it removed. */
export function UndoDialogs({ guarded }: { guarded: GuardedUndo }) {
  const { plan, planned, planFailure } = guarded;
  if (planned === null) return null;
  if (plan !== null) {
    return (
      <ConfirmDialog
        plan={plan}
        start={guarded.start}
        onCancel={guarded.dismiss}
        onRenew={() => guarded.planUndo(planned.jobId)}
      >
        <UndoFacts plan={plan} />
      </ConfirmDialog>
    );
  }
  if (planFailure === null) return null;
  return <NoPlan failure={planFailure} onClose={guarded.dismiss} />;
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
