import type { Clock } from '#server/clock/clock.ts';
import { APPROVED_PLAN_LIFETIME_MS, PLAN_LIFETIME_MS, type Plan } from '#shared/acting/plan.ts';

export type PlanTerms = Pick<Plan, 'createdAtMs' | 'expiresAtMs' | 'isApprovalNeeded'>;

/** From now on, for a plan that touches so many keys; null = nobody knows how many. */
export type TermsOf = (touchedCount: number | null) => PlanTerms;

/**
 * How long a plan may be started, and whether somebody else must approve it: above `secondApproverAboveKeys` keys. 0 = every plan,
 * also one that touches no key; null = none. How many nobody knows counts as more.
 */
export function openPlanTerms(clock: Clock, secondApproverAboveKeys: number | null): TermsOf {
  return (touchedCount) => {
    const createdAtMs = clock.nowMs();
    const isApprovalNeeded =
      secondApproverAboveKeys !== null &&
      (secondApproverAboveKeys === 0 || touchedCount === null || touchedCount > secondApproverAboveKeys);
    const lifetimeMs = isApprovalNeeded ? APPROVED_PLAN_LIFETIME_MS : PLAN_LIFETIME_MS;
    return { createdAtMs, expiresAtMs: createdAtMs + lifetimeMs, isApprovalNeeded };
  };
}
