import type { Clock } from '#server/clock/clock.ts';
import type { SourceLoads } from '#server/snapshot/traffic/sourceLoads.ts';
import type { WarmPlan } from '#shared/acting/plan.ts';
import { describeWaits } from '../door/describeWaits.ts';
import type { HeldPlan } from '../door/heldPlan.ts';
import { formatCount } from '../formatCount.ts';
import type { JobLoads } from '../purge/forecast/jobLoads.ts';
import { HealthGate } from '../purge/health/healthGate.ts';
import type { WarmingTools } from './warmingTools.ts';
import { NOT_WARMED, type WarmWay } from './warmWay.ts';

interface WarmTools extends Pick<WarmingTools, 'evictedPerSecond'> {
  readonly clock: Clock;
  readonly sourceLoads: Pick<SourceLoads, 'vitals'>;
  readonly jobLoads: Pick<JobLoads, 'note' | 'noteEnd'>;
  /** Start of the key names of the service. */
  readonly prefix: string;
}

/** A planned run of a warmer, as the door runs it. */
export function holdWarm(plan: WarmPlan, way: WarmWay, tools: WarmTools): HeldPlan {
  const { clock } = tools;
  return {
    plan,
    subject: `warm ${plan.subject}`,
    busyText: 'This warmer runs already.',
    bugText: 'The service may go on warming; what it loads does no harm.',
    isPausable: true,
    newJob: (base) => ({
      ...{ ...base, kind: plan.kind, prefix: tools.prefix, warmer: plan.warmer, perSecond: plan.perSecond },
      progress: NOT_WARMED,
    }),
    checkStillAsPlanned: (session) => way.checkStillAsPlanned(session),
    async run(context) {
      tools.jobLoads.note(context.job.id, context.job.startedAtMs, plan.load);
      const gate = new HealthGate({
        ...{ clock, pace: context.pace, sourceVitals: () => tools.sourceLoads.vitals() },
        capacityPerSecond: plan.capacityPerSecond,
      });
      const evictedBefore = tools.evictedPerSecond() ?? 0;
      const judgeEvictions = (): string | null => {
        const evicted = tools.evictedPerSecond() ?? 0;
        // More entries would only push out others.
        return evicted > evictedBefore
          ? `Redis evicts ${formatCount(Math.ceil(evicted))} keys a second.`
          : null;
      };
      const judge = (): string | null => gate.judge() ?? judgeEvictions();
      const end = await way
        .run({ ...context, jobId: context.job.id, plan, clock, judge })
        .finally(() => tools.jobLoads.noteEnd(context.job.id, clock.nowMs()));
      const outcome = [end.outcome, describeWaits(context.hold.waits)].filter((text) => text !== '');
      return { ...end, outcome: outcome.join(' ') };
    },
  };
}
