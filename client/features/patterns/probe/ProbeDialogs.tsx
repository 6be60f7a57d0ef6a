import { useRef } from 'react';
import { nextStep } from '#client/lib/jobs/nextStep.ts';
import type { GuardedProbe } from '#client/lib/jobs/useGuardedJob.ts';
import { Button } from '#client/ui/Button.tsx';
import { ConfirmDialog } from '#client/ui/dialog/ConfirmDialog.tsx';
import { confirmLabel } from '#client/ui/dialog/confirmLabel.ts';
import { Dialog } from '#client/ui/dialog/Dialog.tsx';
import { Select } from '#client/ui/Select.tsx';
import type { ProbePlan } from '#shared/acting/plan.ts';
import type { ProbeScheduleId } from '#shared/probe/probeSchedule.ts';
import { prepareCost, scheduleOptions } from './prepareProbe.ts';

/** From the button to a running probe: the plan with its cost, how long, and the confirmation; or why there is no plan. */
export function ProbeDialogs({ guarded }: { guarded: GuardedProbe }) {
  const { plan, planned, planFailure, start } = guarded;
  const close = useRef<HTMLButtonElement>(null);
  if (planned === null) return null;
  const renew = () => guarded.planProbe(planned.schedule);
  if (plan !== null) {
    return (
      <ConfirmDialog
        key={plan.id}
        plan={plan}
        confirmLabel={confirmLabel(plan)}
        onConfirm={(answer) => start.confirm(plan, answer)}
        onCancel={guarded.dismiss}
        onRenew={renew}
        isStarting={start.isPending}
        isSpent={start.isPlanSpent}
        failure={start.failure}
      >
        <ProbeCost plan={plan} onSchedule={guarded.planProbe} />
      </ConfirmDialog>
    );
  }
  const isWorthAnother = planFailure !== null && nextStep(planFailure.code) !== 'close';
  return (
    <Dialog
      title={planFailure === null ? 'Looking how Redis is before it is measured' : planFailure.title}
      onClose={guarded.dismiss}
      initialFocus={close}
    >
      <div className="flex flex-col gap-3 px-4 py-3">
        {planFailure === null ? (
          <p role="status">A second of PINGs and INFO. Nothing is changed, and MONITOR is not attached.</p>
        ) : (
          <p role="alert" className="break-words">
            {planFailure.detail}
          </p>
        )}
        <div className="flex gap-2">
          <Button ref={close} onClick={guarded.dismiss}>
            {planFailure === null ? 'Cancel' : 'Close'}
          </Button>
          {isWorthAnother && <Button onClick={renew}>Look again</Button>}
        </div>
      </div>
    </Dialog>
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
