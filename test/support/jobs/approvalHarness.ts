import type { KnownUser } from '#server/jobs/door/approvals.ts';
import type { RedisConnection } from '#server/redis/redisConnection.ts';
import type { Plan } from '#shared/acting/plan.ts';
import type { Actor, Role } from '#shared/roles.ts';
import { guardedJobsHarness } from './guardedJobsHarness.ts';

const targetId = 'default';

export function actorOf(name: string, role: Role, sessionId = `session-of-${name}`): Actor {
  return { name, role, sessionId };
}

/** Guarded jobs whose plans of more keys need a second approver; ada plans, bob and eve may approve. */
export function approvalHarness(
  openOperator: () => Promise<RedisConnection>,
  secondApproverAboveKeys: number | null = 100,
) {
  const users: KnownUser[] = [
    { name: 'ada', role: 'operator' },
    { name: 'bob', role: 'operator' },
    { name: 'eve', role: 'admin' },
    { name: 'vic', role: 'viewer' },
  ];
  const harness = guardedJobsHarness(openOperator, { secondApproverAboveKeys, users: () => users });
  const { approvals } = harness.jobs;
  const ada = actorOf('ada', 'operator', 'session-1');
  const bob = actorOf('bob', 'operator');
  const eve = actorOf('eve', 'admin');
  return {
    ...harness,
    approvals,
    ...{ ada, bob, eve },
    ask: (plan: Plan, actor = ada, reason = 'wrong prices') =>
      approvals.ask({ targetId, token: plan.token, reason }, actor),
    approve: (plan: Plan, actor = bob, text = '') =>
      approvals.approve({ targetId, planId: plan.id, text }, actor),
    decline: (plan: Plan, actor = bob, text = '') =>
      approvals.decline({ targetId, planId: plan.id, text }, actor),
    withdraw: (plan: Plan, actor = ada) => approvals.withdraw({ targetId, planId: plan.id }, actor),
    /** Null = removed. */
    setRole(name: string, role: Role | null) {
      const at = users.findIndex((user) => user.name === name);
      users.splice(at, 1, ...(role === null ? [] : [{ name, role }]));
    },
  };
}
