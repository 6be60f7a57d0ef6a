import type { GuardedJob } from '#client/lib/jobs/useGuardedJob.ts';
import { describeFence } from '#shared/acting/planFence.ts';
import type { PurgeMethod } from '#shared/acting/purgeInput.ts';
import { isRemoval } from '#shared/acting/purgeStages.ts';
import { ConfirmDialog } from '../dialog/ConfirmDialog.tsx';
import { Planning } from '../dialog/Planning.tsx';
import { BadData } from './BadData.tsx';
import { LoadFacts } from './LoadFacts.tsx';
import { MethodChoice } from './MethodChoice.tsx';
import { NoPurge } from './NoPurge.tsx';
import { PlanFacts } from './PlanFacts.tsx';
import { selectionName } from './preparePurge.ts';

/** The way from a button to a running purge: planning, the plan and its confirmation, or why there is none. */
export function PurgeDialogs({ guarded }: { guarded: GuardedJob }) {
  const { plan, planned, planFailure } = guarded;
  if (planned === null) return null;
  const renew = () => guarded.planPurge(planned);
  const planBy = (method: PurgeMethod) => guarded.planPurge({ ...planned, method });
  const planBad = (isDataBad: boolean) => guarded.planPurge({ ...planned, isDataBad });
  if (plan !== null) {
    return (
      <ConfirmDialog plan={plan} start={guarded.start} onCancel={guarded.dismiss} onRenew={renew}>
        <PlanFacts plan={plan} />
        <div className="flex flex-col gap-2 border-t border-line px-4 py-3">
          <MethodChoice method={plan.method} why={plan.whyMethod} onChoose={planBy} />
          <LoadFacts load={plan.load} method={plan.method} />
          <p className="text-sm text-dim">{describeFence(plan.fence)}</p>
          {isRemoval(plan.method) && <BadData isBad={planned.isDataBad ?? false} onChange={planBad} />}
        </div>
      </ConfirmDialog>
    );
  }
  if (planFailure !== null) {
    return (
      <NoPurge
        name={selectionName(planned.selection)}
        failure={planFailure}
        onRenew={renew}
        onMethod={planBy}
        onClose={guarded.dismiss}
      />
    );
  }
  return (
    <Planning title="Planning the purge" onClose={guarded.dismiss}>
      The server reads which keys <code className="break-all">{selectionName(planned.selection)}</code> has,
      and a sample of what they hold.
    </Planning>
  );
}
