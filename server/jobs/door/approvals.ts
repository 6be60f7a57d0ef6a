import type { Clock } from '#server/clock/clock.ts';
import { APPROVER_ROLE, type Approval, type ApprovalView, isApprovalOpen } from '#shared/acting/approval.ts';
import type { ApprovalInput, AskApprovalInput, DecideApprovalInput } from '#shared/acting/approvalInput.ts';
import { AppError } from '#shared/errorCodes.ts';
import { type Actor, type Role, requireRole, roleAllows } from '#shared/roles.ts';
import { ApprovalBoard, type AskedPlan } from './approvalBoard.ts';
import type { AuditTrail } from './auditTrail.ts';
import type { HeldPlan } from './heldPlan.ts';
import type { PlanStore } from './planStore.ts';

/** Plans that wait for somebody at the same time: more than that nobody looks at, and each holds its keys. */
const MAX_OPEN = 16;
const MAX_OPEN_OF_ONE = 4;

/** Somebody who may log in, with the role of now. */
export interface KnownUser {
  readonly name: string;
  readonly role: Role;
}

interface ApprovalParts {
  readonly plans: PlanStore;
  readonly trail: AuditTrail;
  readonly clock: Clock;
  readonly users: () => readonly KnownUser[];
  /** Throws when nothing may be done through the door. */
  readonly admit: (actor: Actor) => void;
  readonly reportBug: (error: unknown) => void;
}

/**
 * The second pair of eyes. A decision counts once it is in the audit log, for exactly the plan that was shown, and only while whoever
 * took it may still take it. Nobody approves what they asked for, in whichever session.
 */
export class Approvals {
  readonly #parts: ApprovalParts;
  readonly #board: ApprovalBoard;
  /** Plans about which something is being written; a second decision meanwhile is refused. */
  readonly #beingWritten = new Set<string>();

  constructor(parts: ApprovalParts) {
    this.#parts = parts;
    this.#board = new ApprovalBoard(parts.reportBug);
  }

  /** Asks everybody who may. Throws `AppError` as `start` does, badInput, reasonMissing, approvalMissing, busy. */
  async ask({ token, targetId, reason }: AskApprovalInput, actor: Actor): Promise<Approval> {
    const { plans, trail, clock } = this.#parts;
    this.#parts.admit(actor);
    const held = plans.find(token, { actor, targetId });
    const { plan } = held;
    const asked = this.#board.find(plan.id);
    if (asked !== null) return asked.approval;
    this.#checkAskable(held, actor, reason.trim());
    await this.#writing(plan.id, () => trail.asked(plan, actor, reason.trim()));
    // It may have become too old meanwhile.
    plans.find(token, { actor, targetId });
    return this.#board.add(held, {
      planId: plan.id,
      targetId,
      environment: plan.environment,
      title: plan.title,
      requester: actor.name,
      reason: reason.trim(),
      askedAtMs: clock.nowMs(),
      expiresAtMs: plan.expiresAtMs,
      state: 'waiting',
      decision: null,
      note: '',
      jobId: null,
    });
  }

  /** Throws `AppError` notAllowed for the requester, notFound, approvalOver, busy, auditUnavailable. */
  async approve({ planId, text }: DecideApprovalInput, actor: Actor): Promise<Approval> {
    const asked = this.#findDecidable(planId, actor);
    if (asked.approval.state === 'approved') throw isOver(asked.approval);
    await this.#writing(planId, () => this.#parts.trail.approved(asked, actor, text.trim()));
    // Taken back, or too old, while it was written: then it counts for nothing.
    if (this.#findDecidable(planId, actor).approval.state !== 'waiting') throw isOver(asked.approval);
    return this.#decide(asked, 'approved', { by: actor.name, text: text.trim() });
  }

  /** The end of the plan, also when somebody had approved it. Throws as `approve`. */
  async decline({ planId, text }: DecideApprovalInput, actor: Actor): Promise<Approval> {
    const asked = this.#findDecidable(planId, actor);
    await this.#writing(planId, () => this.#parts.trail.declined(asked, actor, text.trim()));
    this.#findDecidable(planId, actor);
    const declined = this.#decide(asked, 'declined', { by: actor.name, text: text.trim() });
    const why = text.trim() === '' ? '' : ` "${text.trim()}"`;
    this.#parts.plans.drop(
      asked.held.plan.token,
      `${actor.name} declined this plan.${why} Make another one.`,
    );
    return declined;
  }

  /** The requester thinks better of it; at once, and whether or not the audit log can be written. */
  async withdraw({ planId }: ApprovalInput, actor: Actor): Promise<Approval> {
    requireRole(actor, APPROVER_ROLE);
    const asked = this.#findOpen(planId);
    if (asked.approval.requester !== actor.name) {
      throw new AppError('notAllowed', `Only ${asked.approval.requester} can take this back. Decline it.`);
    }
    const withdrawn = this.#board.change(planId, { state: 'withdrawn' });
    this.#parts.plans.drop(asked.held.plan.token, 'You took this plan back. Make a new one.');
    await this.#parts.trail.withdrawn(asked, actor);
    return withdrawn ?? asked.approval;
  }

  /** Newest first, those that have ended too. */
  list(): readonly Approval[] {
    this.#bringUpToDate();
    return this.#board.list();
  }

  get(planId: string, actor: Actor): ApprovalView | null {
    this.#bringUpToDate();
    const approval = this.#board.get(planId);
    if (approval === null) return null;
    const asked = this.#board.find(planId);
    const plan = asked === null ? null : asked.held.plan;
    const isOwn = asked !== null && this.#parts.plans.isOwn(asked.held, actor);
    return {
      approval,
      plan: plan === null || isOwn ? plan : { ...plan, token: '' },
      approvers: this.#approversBeside(approval.requester),
    };
  }

  /** Who approved this very plan; null when it needs nobody. Throws `AppError` approvalMissing. */
  approverOf(held: HeldPlan): string | null {
    if (!held.plan.isApprovalNeeded) return null;
    this.#bringUpToDate();
    const asked = this.#board.find(held.plan.id);
    if (asked === null || asked.held !== held) {
      throw new AppError('approvalMissing', 'Ask for a second approver first: this plan needs one.');
    }
    const { state, decision, note } = asked.approval;
    if (state === 'approved' && decision !== null) return decision.by;
    const text = `Nobody has approved this plan yet. ${note}`.trim();
    throw new AppError('approvalMissing', text);
  }

  /** True of a plan about which people still have to decide, or which they have approved. */
  isAwaited(planId: string): boolean {
    return this.#board.find(planId) !== null;
  }

  /** The plan can be started no more, and so nobody has to decide. */
  noteGone(planId: string, how: 'used' | 'expired'): void {
    this.#board.change(planId, { state: how });
  }

  /** The id of the job, or why there is none. */
  noteStart(planId: string, start: Partial<Pick<Approval, 'jobId' | 'note'>>): void {
    this.#board.noteStart(planId, start);
  }

  /** Called at every change of an approval; returns the way to stop listening. */
  onChange(listener: (approval: Approval) => void): () => void {
    return this.#board.onChange(listener);
  }

  #checkAskable(held: HeldPlan, actor: Actor, reason: string): void {
    if (!held.plan.isApprovalNeeded) throw new AppError('badInput', 'This plan needs no second approver.');
    if (reason === '') {
      throw new AppError('reasonMissing', 'Say why: whoever approves it has to know, and the audit log too.');
    }
    if (this.#approversBeside(actor.name).length === 0) {
      const text =
        'Nobody could approve it: no other user has the role operator or admin. An admin has to add one.';
      throw new AppError('approvalMissing', text);
    }
    const open = this.list().filter(({ state }) => isApprovalOpen(state));
    const ownCount = open.filter(({ requester }) => requester === actor.name).length;
    if (open.length < MAX_OPEN && ownCount < MAX_OPEN_OF_ONE) return;
    const text =
      ownCount >= MAX_OPEN_OF_ONE
        ? `${ownCount} of your plans wait already. Take one back first.`
        : `${open.length} plans wait for an approver already. Wait until one of them is decided.`;
    throw new AppError('busy', text);
  }

  /** An open plan about which this actor may decide. */
  #findDecidable(planId: string, actor: Actor): AskedPlan {
    this.#parts.admit(actor);
    const asked = this.#findOpen(planId);
    if (asked.approval.requester === actor.name) {
      throw new AppError('notAllowed', 'You asked for this yourself, so somebody else has to decide.');
    }
    return asked;
  }

  #findOpen(planId: string): AskedPlan {
    this.#bringUpToDate();
    const asked = this.#board.find(planId);
    if (asked !== null) return asked;
    const ended = this.#board.get(planId);
    if (ended !== null) throw isOver(ended);
    const text =
      'No plan of this id waits here. Plans are gone when the server ends: its maker has to plan it anew.';
    throw new AppError('notFound', text);
  }

  #decide(asked: AskedPlan, state: 'approved' | 'declined', { by, text }: { by: string; text: string }) {
    const decision = { by, text, atMs: this.#parts.clock.nowMs() };
    return this.#board.change(asked.approval.planId, { state, decision, note: '' }) ?? asked.approval;
  }

  /** What is too old goes, and so does the word of whoever may not approve any more. */
  #bringUpToDate(): void {
    this.#parts.plans.expire();
    for (const { planId, state, decision, requester } of this.#board.list()) {
      if (state !== 'approved' || decision === null) continue;
      if (this.#approversBeside(requester).includes(decision.by)) continue;
      const note = `${decision.by}, who had approved it, may not approve any more.`;
      this.#board.change(planId, { state: 'waiting', decision: null, note });
    }
  }

  #approversBeside(requester: string): readonly string[] {
    return this.#parts
      .users()
      .filter(({ name, role }) => name !== requester && roleAllows(role, APPROVER_ROLE))
      .map(({ name }) => name);
  }

  async #writing(planId: string, write: () => Promise<void>): Promise<void> {
    if (this.#beingWritten.has(planId)) {
      throw new AppError('busy', 'Somebody is deciding on this plan at this moment. Look again.');
    }
    this.#beingWritten.add(planId);
    try {
      await write();
    } finally {
      this.#beingWritten.delete(planId);
    }
  }
}

function isOver({ state, decision }: Approval): AppError {
  const by = decision === null ? '' : ` by ${decision.by}`;
  const words = {
    waiting: 'It waits for a decision',
    approved: `It is approved${by} already`,
    declined: `It was declined${by}`,
    withdrawn: 'It was taken back by whoever planned it',
    used: 'It was approved and started already',
    expired: 'The plan is too old to be started, so there is nothing to decide',
  };
  return new AppError('approvalOver', `${words[state]}.`);
}
