import type { Clock } from '#server/clock/clock.ts';
import type { JobProgress } from '#shared/acting/job.ts';
import type { RandomBytes } from '../drawRandom.ts';
import type { HeldPlan } from '../heldPlan.ts';
import { checkStillAsPlanned } from './checkStillAsPlanned.ts';
import type { HeldPurge } from './heldPurge.ts';
import { runPurge } from './runPurge.ts';

export interface PurgeTools {
  readonly patternOf: (keyText: string) => string;
  readonly clock: Clock;
  readonly random: RandomBytes;
}

/** A planned purge, as the door runs it. */
export function holdPurge(purge: HeldPurge, tools: PurgeTools): HeldPlan {
  const { plan } = purge;
  return {
    plan,
    subject: `purge ${plan.subject}`,
    busyText: 'This is being purged already.',
    bugText: 'Some keys may be changed; make a new plan to see what is left.',
    newJob: (base) => ({ ...base, kind: plan.kind, method: plan.method, progress: notBegun(plan.keyCount) }),
    checkStillAsPlanned: (session) => checkStillAsPlanned(session, purge),
    run: (context) => runPurge({ ...tools, ...context, held: purge }),
  };
}

function notBegun(plannedCount: number): JobProgress {
  const none = { scannedCount: 0, changedCount: 0, skippedCount: 0, failedCount: 0, unknownCount: 0 };
  return { plannedCount, ...none };
}
