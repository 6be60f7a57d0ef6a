import type { Clock } from '#server/clock/clock.ts';
import { AppError } from '#shared/errorCodes.ts';
import type { HeldPlan } from '../door/heldPlan.ts';
import { notBegun } from '../notBegun.ts';
import type { HeldLetters } from './heldLetters.ts';
import { runLetters } from './runLetters.ts';

/** Planned dead letters, as the door runs them. */
export function holdLetters(held: HeldLetters, { clock }: { readonly clock: Clock }): HeldPlan {
  const { plan } = held;
  return {
    plan,
    subject: `letters ${plan.subject}`,
    busyText: 'Letters of this service are being replayed or dropped already.',
    bugText: 'Letters that were not replayed are where they were; make a new plan.',
    newJob: (base) => ({ ...base, kind: plan.kind, act: plan.act, progress: notBegun(plan.keyCount) }),
    async checkStillAsPlanned(session) {
      await session.connection();
      if (session.runId === held.runId) return;
      throw new AppError('planChanged', 'Redis was restarted or failed over. Nothing was changed.');
    },
    run: (context) => runLetters({ ...context, clock, held }),
  };
}
