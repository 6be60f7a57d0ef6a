import type { Clock } from '#server/clock/clock.ts';
import { AppError } from '#shared/errorCodes.ts';
import type { HeldPlan } from '../door/heldPlan.ts';
import { notBegun } from '../notBegun.ts';
import type { HeldRepair } from './heldRepair.ts';
import { runRepair } from './runRepair.ts';

/** A planned repair, as the door runs it. */
export function holdRepair(held: HeldRepair, { clock }: { readonly clock: Clock }): HeldPlan {
  const { plan } = held;
  return {
    plan,
    // A purge of the same tag changes the same index.
    subject: `purge ${plan.subject}`,
    busyText: 'This tag is being purged or repaired already.',
    bugText: 'An entry that was stored in that moment may be missing from the index; make a new plan.',
    newJob: (base) => ({ ...base, kind: plan.kind, progress: notBegun(plan.keyCount) }),
    async checkStillAsPlanned(session) {
      const connection = await session.connection();
      const isSame = session.runId === held.runId;
      if (isSame && (await held.index.readMemberCount(connection)) !== null) return;
      throw new AppError('planChanged', 'The index is gone, or Redis was restarted. Nothing was changed.');
    },
    run: (context) => runRepair({ ...context, clock, held }),
  };
}
