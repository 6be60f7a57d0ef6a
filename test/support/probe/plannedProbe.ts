import { openPlanTerms } from '#server/jobs/door/planTerms.ts';
import type { HeldProbe } from '#server/jobs/probe/heldProbe.ts';
import { planProbe } from '#server/jobs/probe/planProbe.ts';
import type { ProbeScheduleId } from '#shared/probe/probeSchedule.ts';
import { DEFAULT_TARGET_ID } from '#shared/target.ts';
import type { FakeProbedRedis } from './fakeProbe.ts';

/** The plan that is made when Redis is as the test has set it. */
export function plannedProbe(
  { tools }: Pick<FakeProbedRedis, 'tools'>,
  schedule: ProbeScheduleId,
): Promise<HeldProbe> {
  const parts = {
    tools,
    random: (count: number) => Buffer.alloc(count),
    environment: 'demo',
    token: 'token',
    termsOf: openPlanTerms(tools.clock, null),
  };
  return planProbe(parts, { targetId: DEFAULT_TARGET_ID, schedule });
}
