import type { GuardedWarm } from '#client/lib/jobs/useGuardedJob.ts';
import { ConfirmDialog } from '#client/ui/dialog/ConfirmDialog.tsx';
import { NoPlan } from '#client/ui/dialog/NoPlan.tsx';
import { Planning } from '#client/ui/dialog/Planning.tsx';
import { WarmFacts } from '#client/ui/warm/WarmFacts.tsx';

/** The way from the builder to a running warm-up: planning, the plan and its confirmation, or why there is none. */
export function WarmDialogs({ guarded }: { guarded: GuardedWarm }) {
  const { plan, planned, planFailure } = guarded;
  if (planned === null) return null;
  const renew = () => guarded.planWarm(planned);
  if (plan !== null) {
    return (
      <ConfirmDialog plan={plan} start={guarded.start} onCancel={guarded.dismiss} onRenew={renew}>
        <WarmFacts plan={plan} />
      </ConfirmDialog>
    );
  }
  if (planFailure !== null) {
    const isOverload = planFailure.code === 'sourceOverload';
    return (
      <NoPlan
        failure={planFailure}
        {...(planFailure.code === 'notFound' ? { title: 'No plan was made' } : {})}
        // The same rate is refused again; it is changed behind this dialog.
        {...(isOverload ? { closeLabel: 'Change the rate' } : { onRenew: renew })}
        note={
          <>
            No plan of <code className="break-all">{planned.warmer}</code> was made, so nothing is loaded.
          </>
        }
        onClose={guarded.dismiss}
      />
    );
  }
  return (
    <Planning title="Planning the warm-up" onClose={guarded.dismiss}>
      An instance of the service makes the list of <code className="break-all">{planned.warmer}</code>, and
      looks which of it is fresh.
    </Planning>
  );
}
