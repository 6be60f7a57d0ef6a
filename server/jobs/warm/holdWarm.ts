import type { Clock } from '#server/clock/clock.ts';
import type { SourceLoads } from '#server/snapshot/traffic/sourceLoads.ts';
import type { WarmInput, WarmPlan } from '#shared/acting/plan.ts';
import { AppError } from '#shared/errorCodes.ts';
import { describeWaits } from '../door/describeWaits.ts';
import type { HeldPlan } from '../door/heldPlan.ts';
import { formatCount } from '../formatCount.ts';
import type { JobLoads } from '../purge/forecast/jobLoads.ts';
import { HealthGate } from '../purge/health/healthGate.ts';
import { NOT_WARMED, runWarm } from './runWarm.ts';
import type { WarmingTools } from './warmingTools.ts';

interface WarmTools extends Pick<WarmingTools, 'commands' | 'evictedPerSecond'> {
  readonly clock: Clock;
  readonly sourceLoads: Pick<SourceLoads, 'vitals'>;
  readonly jobLoads: Pick<JobLoads, 'note'>;
}

/** A planned run of a warmer, as the door runs it. */
export function holdWarm(plan: WarmPlan, { prefix }: Pick<WarmInput, 'prefix'>, tools: WarmTools): HeldPlan {
  const { commands, clock } = tools;
  return {
    plan,
    subject: `warm ${plan.subject}`,
    busyText: 'This warmer runs already.',
    bugText: 'An instance may go on warming; what it loads does no harm.',
    isPausable: true,
    newJob: (base) => ({
      ...{ ...base, kind: plan.kind, prefix, warmer: plan.warmer, perSecond: plan.perSecond },
      progress: NOT_WARMED,
    }),
    async checkStillAsPlanned() {
      const answer = await commands.ask({ prefix, to: null, command: { kind: 'ping' } });
      if (answer !== null) return;
      throw new AppError('planChanged', 'No instance of the service answers any more. Nothing was started.');
    },
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
      const end = await runWarm({ ...context, plan, prefix, commands, clock, judge });
      const outcome = [end.outcome, describeWaits(context.hold.waits)].filter((text) => text !== '');
      return { ...end, outcome: outcome.join(' ') };
    },
  };
}
