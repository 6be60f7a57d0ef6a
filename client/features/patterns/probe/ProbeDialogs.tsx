import type { GuardedProbe } from '#client/lib/jobs/useGuardedJob.ts';
import { ConfirmDialog } from '#client/ui/dialog/ConfirmDialog.tsx';
import { NoPlan } from '#client/ui/dialog/NoPlan.tsx';
import { Planning } from '#client/ui/dialog/Planning.tsx';
import { Select } from '#client/ui/Select.tsx';
import type { ProbePlan } from '#shared/acting/plan.ts';
import type { ProbeScheduleId } from '#shared/probe/probeSchedule.ts';
import { prepareCost, scheduleOptions } from './prepareProbe.ts';

/** From the button to a running probe: the plan with its cost, how long, and the confirmation; or why there is no plan. */
export function ProbeDialogs({ guarded }: { guarded: GuardedProbe }) {
  const { plan, planned, planFailure, start } = guarded;
  if (planned === null) return null;
  const renew = () => guarded.planProbe(planned.schedule);
  if (plan !== null) {
    return (
      <ConfirmDialog plan={plan} start={start} onCancel={guarded.dismiss} onRenew={renew}>
        <ProbeCost plan={plan} onSchedule={guarded.planProbe} />
      </ConfirmDialog>
    );
  }
  if (planFailure !== null) {
    return <NoPlan failure={planFailure} onRenew={renew} onClose={guarded.dismiss} />;
  }
  return (
    <Planning title="Looking how Redis is before it is measured" onClose={guarded.dismiss}>
      A second of PINGs and INFO; MONITOR is not attached.
    </Planning>
  );
}

function ProbeCost({ plan, onSchedule }: { plan: ProbePlan; onSchedule: (id: ProbeScheduleId) => void }) {
  return (
    <div className="flex flex-col gap-3 px-4 py-3">
      <div>
        <Select
          label="How long"
          prefix="for"
          value={plan.schedule.id}
          options={scheduleOptions}
          onChange={onSchedule}
        />
      </div>
      <ProbeFacts plan={plan} />
    </div>
  );
}

/** What a probe costs the Redis that it measures. */
export function ProbeFacts({ plan }: { plan: ProbePlan }) {
  return (
    <dl aria-label="What it costs" className="grid grid-cols-2 gap-x-3 gap-y-2 max-md:grid-cols-1">
      {prepareCost(plan).map(({ label, value }) => (
        <div key={label} className="flex flex-col-reverse justify-end">
          <dt className="text-sm text-dim">{label}</dt>
          <dd className="font-bold">{value}</dd>
        </div>
      ))}
    </dl>
  );
}
