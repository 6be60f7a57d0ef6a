import type { Clock } from '#server/clock/clock.ts';
import type { UndoPlan } from '#shared/acting/plan.ts';
import { AppError } from '#shared/errorCodes.ts';
import { checkWritable } from '../checkWritable.ts';
import type { HeldPlan } from '../door/heldPlan.ts';
import { notBegun } from '../notBegun.ts';
import { runUndo } from './runUndo.ts';
import type { UndoRecord, UndoVault } from './undoVault.ts';

export interface UndoTools {
  readonly vault: UndoVault;
  readonly clock: Clock;
}

/** A planned undo, as the door runs it. */
export function holdUndo(
  { plan, record }: { readonly plan: UndoPlan; readonly record: UndoRecord },
  { vault, clock }: UndoTools,
): HeldPlan {
  return {
    plan,
    // A purge of the same thing would take away what comes back.
    subject: `purge ${plan.subject}`,
    busyText: 'This is being purged or brought back already.',
    bugText: 'Some keys may be back; nothing that was stored since was overwritten.',
    isPausable: true,
    newJob: (base) => ({ ...base, kind: plan.kind, progress: notBegun(plan.keyCount) }),
    async checkStillAsPlanned(session) {
      if (vault.find(plan.ofJobId) !== record) {
        throw new AppError('planChanged', 'What was kept is past its 15 minutes. Nothing was changed.');
      }
      await checkWritable(await session.connection());
    },
    run: (context) => runUndo({ ...context, clock, record }),
  };
}
