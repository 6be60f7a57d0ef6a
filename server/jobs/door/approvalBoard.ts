import { type Approval, isApprovalOpen } from '#shared/acting/approval.ts';
import type { HeldPlan } from './heldPlan.ts';

/** Approvals that are remembered after their end; the audit log keeps all. */
const MAX_ENDED = 50;

/** An approval that is open, with the very plan that it is of. */
export interface AskedPlan {
  readonly held: HeldPlan;
  readonly approval: Approval;
}

/** Which plans wait for somebody, and who wants to hear of it. An ended approval never changes again, but for what became of its start. */
export class ApprovalBoard {
  readonly #approvals = new Map<string, Approval>();
  /** Of the open ones only: a plan may hold 10,000 keys. */
  readonly #held = new Map<string, HeldPlan>();
  readonly #listeners = new Set<(approval: Approval) => void>();
  readonly #reportBug: (error: unknown) => void;

  constructor(reportBug: (error: unknown) => void) {
    this.#reportBug = reportBug;
  }

  add(held: HeldPlan, approval: Approval): Approval {
    this.#held.set(approval.planId, held);
    this.#set(approval);
    return approval;
  }

  get(planId: string): Approval | null {
    return this.#approvals.get(planId) ?? null;
  }

  /** Null when it was never asked for, or has ended. */
  find(planId: string): AskedPlan | null {
    const [held, approval] = [this.#held.get(planId), this.#approvals.get(planId)];
    return held === undefined || approval === undefined ? null : { held, approval };
  }

  /** Newest first. */
  list(): readonly Approval[] {
    return [...this.#approvals.values()].reverse();
  }

  change(planId: string, change: Partial<Pick<Approval, 'state' | 'decision' | 'note'>>): Approval | null {
    const before = this.find(planId);
    if (before === null) return this.get(planId);
    const after = { ...before.approval, ...change };
    if (!isApprovalOpen(after.state)) this.#held.delete(planId);
    this.#set(after);
    return after;
  }

  /** What became of the start that used the plan. */
  noteStart(planId: string, start: Partial<Pick<Approval, 'jobId' | 'note'>>): void {
    const approval = this.#approvals.get(planId);
    if (approval?.state === 'used') this.#set({ ...approval, ...start });
  }

  onChange(listener: (approval: Approval) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #set(approval: Approval): void {
    this.#approvals.set(approval.planId, approval);
    this.#dropOldest();
    for (const listener of this.#listeners) {
      // Whoever listens must not keep a decision from counting.
      try {
        listener(approval);
      } catch (error) {
        this.#reportBug(error);
      }
    }
  }

  #dropOldest(): void {
    const ended = [...this.#approvals.values()].filter(({ state }) => !isApprovalOpen(state));
    for (const { planId } of ended.slice(0, Math.max(0, ended.length - MAX_ENDED))) {
      this.#approvals.delete(planId);
    }
  }
}
