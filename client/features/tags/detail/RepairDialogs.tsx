import { useRef } from 'react';
import { formatCount } from '#client/lib/formatNumber.ts';
import { formatDuration } from '#client/lib/formatTime.ts';
import type { GuardedRepair } from '#client/lib/jobs/useGuardedJob.ts';
import { Button } from '#client/ui/Button.tsx';
import { ConfirmDialog } from '#client/ui/dialog/ConfirmDialog.tsx';
import { confirmLabel } from '#client/ui/dialog/confirmLabel.ts';
import { Dialog } from '#client/ui/dialog/Dialog.tsx';
import { PlanFigures } from '#client/ui/dialog/PlanFigures.tsx';
import type { RepairPlan } from '#shared/acting/plan.ts';
import type { RepairRule } from '#shared/tags/tagDetail.ts';

/** The way from the button to a running repair: the dry run, what it would do and its confirmation, or why there is nothing to do. */
export function RepairDialogs({ guarded }: { guarded: GuardedRepair }) {
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
        onRenew={() => guarded.planRepair(planned)}
        isStarting={guarded.start.isPending}
        isSpent={guarded.start.isPlanSpent}
        failure={guarded.start.failure}
      >
        <RepairFacts plan={plan} />
      </ConfirmDialog>
    );
  }
  const isNothing = planFailure?.code === 'notFound';
  const title =
    planFailure === null ? 'Looking at every member' : isNothing ? 'Nothing to repair' : planFailure.title;
  return (
    <Dialog title={title} onClose={guarded.dismiss} initialFocus={close}>
      <div className="flex flex-col gap-3 px-4 py-3">
        {planFailure === null ? (
          <p role="status">The server looks at every member of the index. Nothing is changed.</p>
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

/** What a repair takes out of the index, and how each of its rules stands. */
export function RepairFacts({ plan }: { plan: RepairPlan }) {
  const { keyCount, memberCount, danglingCount, ttlRaise, offer } = plan;
  const raise =
    ttlRaise === null ? 'not needed' : `by ${formatDuration(Math.max(0, ttlRaise.toMs - ttlRaise.fromMs))}`;
  const facts = [
    { value: formatCount(keyCount), text: `of ${formatCount(memberCount)} members are taken out: gone` },
    { value: formatCount(danglingCount), text: 'lists of tags without an entry go with them' },
    { value: raise, text: 'TTL of the index raised' },
  ];
  return (
    <div className="flex flex-col gap-3 px-4 py-3">
      <PlanFigures figures={facts} />
      <ul className="flex flex-col gap-1 text-sm">
        <Rule name="Members" rule={offer.orphans} />
        <Rule name="Lists of tags" rule={offer.reverse} />
        <Rule name="TTL" rule={offer.indexTtl} />
      </ul>
    </div>
  );
}

function Rule({ name, rule }: { name: string; rule: RepairRule }) {
  return (
    <li>
      <span className="text-dim">{name}: </span>
      {rule.isSafe ? rule.how : `not from here. ${rule.why}`}
    </li>
  );
}
