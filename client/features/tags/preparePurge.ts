import {
  formatBytes,
  formatCompact,
  formatCount,
  formatEstimate,
  formatPercent,
} from '#client/lib/formatNumber.ts';
import { formatClock, formatDuration } from '#client/lib/formatTime.ts';
import type { ErrorCode } from '#shared/errorCodes.ts';
import { PLAN_LIFETIME_MS, type Plan } from '#shared/plan.ts';

export interface PlanFact {
  readonly label: string;
  readonly value: string;
  /** How it is known. */
  readonly basis: string;
}

export interface PurgeModel {
  readonly facts: readonly PlanFact[];
  /** Patterns that do not look like the rest of the tag, likely caught by accident. */
  readonly unusual: readonly { readonly pattern: string; readonly count: number }[];
  readonly usual: readonly { readonly pattern: string; readonly count: number }[];
  /** True when the pattern counts come from a sample. */
  readonly arePatternsEstimated: boolean;
  readonly startLabel: string;
  /** How fast and how long. */
  readonly pace: string;
  /** What the plan is bound to. */
  readonly scope: string;
}

/** The plan in words. Says no more than the plan holds. */
export function preparePurge(plan: Plan): PurgeModel {
  const keys = plan.memberCount === 1 ? 'key' : 'keys';
  return {
    facts: facts(plan),
    unusual: plan.patterns.filter((pattern) => pattern.isUnusual),
    usual: plan.patterns.filter((pattern) => !pattern.isUnusual),
    arePatternsEstimated: !plan.existingCount.isExact,
    startLabel: `Purge ${formatCount(plan.memberCount)} ${keys}`,
    pace: `At ${formatCount(plan.keysPerSecond)} keys/s this takes about ${formatDuration(purgeMs(plan))}.`,
    scope: plan.isFrozenList
      ? 'Exactly these keys: keys that join the tag after the plan was made stay.'
      : 'The keys that carry the tag when the job reads it, up to the count of the plan.',
  };
}

function purgeMs(plan: Plan): number {
  return plan.keysPerSecond > 0 ? (plan.memberCount * 1_000) / plan.keysPerSecond : 0;
}

function facts(plan: Plan): readonly PlanFact[] {
  const existing = formatEstimate(plan.existingCount, (value) => formatCompact(Math.round(value)));
  const bytes = formatEstimate(plan.bytes, formatBytes);
  const isSampled = !plan.existingCount.isExact;
  return [
    {
      label: 'keys in the tag',
      value: formatCount(plan.memberCount),
      basis: `exact, read ${formatClock(plan.createdAtMs)}`,
    },
    { label: 'still exist', value: existing.text, basis: existing.interval },
    { label: 'in memory', value: bytes.text, basis: bytes.interval },
    {
      label: 'expire by themselves within 5 min',
      value:
        plan.expiringSoonRatio === null
          ? '–'
          : `${isSampled ? '~' : ''}${formatPercent(plan.expiringSoonRatio)}`,
      basis: plan.expiringSoonRatio === null ? 'no key was sampled' : isSampled ? 'from the sample' : 'exact',
    },
  ];
}

export interface TypedAnswer {
  readonly typed: string;
  readonly reason: string;
}

/** True when the answer is what the plan asks for: the exact text, and a reason where one is due. */
export function isConfirmed(plan: Plan, { typed, reason }: TypedAnswer): boolean {
  if (plan.isReasonRequired && reason.trim() === '') return false;
  return plan.confirmation.kind === 'click' || typed === plan.confirmation.text;
}

export interface PlanLife {
  readonly isExpired: boolean;
  readonly text: string;
}

/** How long the plan may still be started. Counted from its lifetime, so that a clock that runs ahead shows no more. */
export function preparePlanLife(plan: Plan, nowMs: number): PlanLife {
  const leftMs = Math.min(PLAN_LIFETIME_MS, plan.expiresAtMs - nowMs);
  if (leftMs <= 0) return { isExpired: true, text: 'This plan is over 5 min old. Make a new one.' };
  const seconds = Math.ceil(leftMs / 1_000);
  return {
    isExpired: false,
    text: `Plan valid ${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`,
  };
}

export type NextStep = 'newPlan' | 'retry' | 'correct' | 'close';

/** What the operator can do after a failure: plan anew, try the same again, correct the form, or only close. */
const nextSteps: Record<ErrorCode, NextStep> = {
  badInput: 'close',
  notFound: 'close',
  notAllowed: 'close',
  readOnly: 'close',
  redisUnreachable: 'newPlan',
  redisRefused: 'newPlan',
  planUnknown: 'newPlan',
  planExpired: 'newPlan',
  planUsed: 'newPlan',
  planChanged: 'newPlan',
  confirmationMismatch: 'correct',
  reasonMissing: 'correct',
  jobRunning: 'retry',
  auditUnavailable: 'retry',
  shuttingDown: 'close',
};

/**
 * An answer that never came may have started the job: the list of jobs tells, and trying the same again would only say
 * that the plan was used.
 */
export function nextStep(code: ErrorCode | null): NextStep {
  return code === null ? 'close' : nextSteps[code];
}
