import { formatCount } from '#client/lib/formatNumber.ts';
import { formatDuration } from '#client/lib/formatTime.ts';
import type { GuardedRepair } from '#client/lib/jobs/useGuardedJob.ts';
import { ConfirmDialog } from '#client/ui/dialog/ConfirmDialog.tsx';
import { NoPlan } from '#client/ui/dialog/NoPlan.tsx';
import { PlanFigures } from '#client/ui/dialog/PlanFigures.tsx';
import { Planning } from '#client/ui/dialog/Planning.tsx';
import type { RepairPlan } from '#shared/acting/plan.ts';
import type { RepairRule } from '#shared/tags/tagDetail.ts';

/** The way from the button to a running repair: the dry run, what it would do and its confirmation, or why there is nothing to do. */
export function RepairDialogs({ guarded }: { guarded: GuardedRepair }) {
  const { plan, planned, planFailure } = guarded;
  if (planned === null) return null;
  if (plan !== null) {
    return (
      <ConfirmDialog
        plan={plan}
        start={guarded.start}
        onCancel={guarded.dismiss}
        onRenew={() => guarded.planRepair(planned)}
      >
        <RepairFacts plan={plan} />
      </ConfirmDialog>
    );
  }
  if (planFailure !== null) {
    const isNothing = planFailure.code === 'notFound';
    return (
      <NoPlan
        failure={planFailure}
        {...(isNothing ? { title: 'Nothing to repair' } : {})}
        onClose={guarded.dismiss}
      />
    );
  }
  return (
    <Planning title="Looking at every member" onClose={guarded.dismiss}>
      The server looks at every member of the index.
    </Planning>
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
