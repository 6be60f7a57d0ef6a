import type { Role } from '#shared/roles.ts';
import type { TargetId } from '#shared/target.ts';
import type { Plan } from './plan.ts';

/**
 * `waiting` and `approved` may still become another; the rest are ends. `used`: the plan is spent, by a
 * start. `expired`: its time is over.
 */
export type ApprovalState = 'waiting' | 'approved' | 'declined' | 'withdrawn' | 'used' | 'expired';

/** Least role that may approve. */
export const APPROVER_ROLE = 'operator' satisfies Role;

/** True while a decision or a start can still come. */
export function isApprovalOpen(state: ApprovalState): boolean {
  return state === 'waiting' || state === 'approved';
}

/** That a second person was asked to approve one plan, and what became of it. Gone with its plan. */
export interface Approval {
  /** Of the plan, and with it of everything that the plan would do. */
  readonly planId: string;
  readonly targetId: TargetId;
  readonly environment: string;
  readonly title: string;
  readonly requester: string;
  /** Why it is to be done, as the requester said. */
  readonly reason: string;
  readonly askedAtMs: number;
  /** From then on the plan can be started by nobody. */
  readonly expiresAtMs: number;
  readonly state: ApprovalState;
  /** Who approved or declined it; null while nobody has. */
  readonly decision: { readonly by: string; readonly text: string; readonly atMs: number } | null;
  /** What else there is to know, in a sentence; empty when there is nothing. */
  readonly note: string;
  /** Null until its job has started. */
  readonly jobId: string | null;
}

/** An approval as somebody looks at it who may decide. */
export interface ApprovalView {
  readonly approval: Approval;
  /** All that the requester saw; its token is empty unless it was made in this very session. Null = it is gone. */
  readonly plan: Plan | null;
  /** Who else may approve it now, by name. */
  readonly approvers: readonly string[];
}
