import type { HeldPlan } from '../door/heldPlan.ts';
import { checkMarkStands } from './checkMarkStands.ts';
import type { HeldMark } from './heldMark.ts';
import { NOT_MARKED, runMark } from './runMark.ts';

/** A planned purge by mark, as the door runs it. */
export function holdMark(held: HeldMark): HeldPlan {
  const { plan } = held;
  return {
    plan,
    subject: `purge ${plan.subject}`,
    busyText: 'This tag is being purged already.',
    bugText: 'The tag may be purged; purging it again does no harm.',
    newJob: (base) => ({ ...base, kind: plan.kind, progress: NOT_MARKED }),
    checkStillAsPlanned: (session) => checkMarkStands(session, held),
    run: (context) => runMark({ ...context, held }),
  };
}
