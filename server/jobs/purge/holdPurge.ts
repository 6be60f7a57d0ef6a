import type { Clock } from '#server/clock/clock.ts';
import type { SourceLoads } from '#server/snapshot/traffic/sourceLoads.ts';
import { describeWaits } from '../door/describeWaits.ts';
import type { HeldPlan } from '../door/heldPlan.ts';
import type { RandomBytes } from '../drawRandom.ts';
import { notBegun } from '../notBegun.ts';
import type { KeptFrom, UndoVault } from '../undo/undoVault.ts';
import { checkStillAsPlanned } from './checkStillAsPlanned.ts';
import type { JobLoads } from './forecast/jobLoads.ts';
import { HealthGate } from './health/healthGate.ts';
import type { HeldPurge } from './heldPurge.ts';
import type { NewsNumbers } from './news/newsNumbers.ts';
import { runPurge } from './runPurge.ts';

export interface PurgeTools {
  readonly patternOf: (keyText: string) => string;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly vault: UndoVault;
  readonly sourceLoads: Pick<SourceLoads, 'vitals'>;
  readonly jobLoads: Pick<JobLoads, 'note'>;
  readonly newsNumbers: NewsNumbers;
}

/** A planned purge, as the door runs it. */
export function holdPurge(purge: HeldPurge, tools: PurgeTools): HeldPlan {
  const { plan } = purge;
  return {
    plan,
    subject: `purge ${plan.subject}`,
    busyText: 'This is being purged already.',
    bugText: 'Some keys may be changed; make a new plan to see what is left.',
    isPausable: true,
    newJob: (base) => ({
      ...base,
      kind: plan.kind,
      method: plan.method,
      progress: notBegun(plan.keyCount),
      undoUntilMs: null,
    }),
    checkStillAsPlanned: (session) => checkStillAsPlanned(session, purge),
    async run(context) {
      tools.jobLoads.note(context.job.id, context.job.startedAtMs, plan.load);
      const record = plan.undo.state === 'kept' ? tools.vault.begin(keptFrom(purge, context.job.id)) : null;
      try {
        const gate = new HealthGate({
          clock: tools.clock,
          pace: context.pace,
          sourceVitals: () => tools.sourceLoads.vitals(),
          capacityPerSecond: plan.load.capacityPerSecond,
        });
        const end = await runPurge({ ...tools, ...context, held: purge, record, gate });
        await record?.seal();
        const outcome = [end.outcome, describeWaits(context.hold.waits), purge.selection.leaves ?? ''].filter(
          (text) => text !== '',
        );
        return { ...end, outcome: outcome.join(' '), undoUntilMs: record?.untilMs ?? null };
      } catch (error) {
        await record?.seal();
        throw error;
      }
    },
  };
}

function keptFrom({ plan, selection }: HeldPurge, jobId: string): KeptFrom {
  return { jobId, words: selection.words, subject: plan.subject };
}
