import type { Approval } from '#shared/acting/approval.ts';

/** That ada has asked for a second approver of a plan which is good for 15 minutes from `askedAtMs` on. */
export function approvalOf(more: Partial<Approval> = {}): Approval {
  const askedAtMs = more.askedAtMs ?? Date.UTC(2026, 10, 26, 2, 10);
  return {
    planId: 'plan-1',
    targetId: 'default',
    environment: 'prod-eu',
    title: 'Purge 48,210 keys tagged category:electronics in prod-eu',
    requester: 'ada',
    reason: 'wrong prices',
    askedAtMs,
    expiresAtMs: askedAtMs + 15 * 60_000,
    state: 'waiting',
    decision: null,
    note: '',
    jobId: null,
    ...more,
  };
}
