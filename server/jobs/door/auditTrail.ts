import type { AuditLog, AuditRecord } from '#server/audit/auditLog.ts';
import { type AuditedWarm, MOST_AUDITED_PATTERNS } from '#shared/acting/auditEntry.ts';
import type { Job } from '#shared/acting/job.ts';
import type { Plan, ProbePlan, WarmPlan } from '#shared/acting/plan.ts';
import type { Actor } from '#shared/roles.ts';
import type { AskedPlan } from './approvalBoard.ts';

/** Entries of one plan, from its making to the end of its job, so that no job file can forget one. */
export class AuditTrail {
  readonly #audit: AuditLog;

  constructor(audit: AuditLog) {
    this.#audit = audit;
  }

  /** Reading changes nothing, so a plan may be shown without a record; starting it may not. */
  async planned(plan: Plan, actor: Actor): Promise<void> {
    await this.#appendIfPossible({ ...recordOf(plan, actor), phase: 'planned', outcome: plan.title });
  }

  async refused(plan: Plan, actor: Actor, refusal: { text: string; reason: string }): Promise<void> {
    const { text: outcome, reason } = refusal;
    await this.#appendIfPossible({ ...recordOf(plan, actor), phase: 'refused', outcome, reason });
  }

  /** On disk when it resolves, as are the next two. Throws `AppError` auditUnavailable: then nobody is asked, and nothing is decided. */
  async asked(plan: Plan, actor: Actor, reason: string): Promise<void> {
    await this.#audit.append({ ...recordOf(plan, actor), phase: 'asked', reason, outcome: plan.title });
  }

  async approved({ held, approval }: AskedPlan, actor: Actor, reason: string): Promise<void> {
    const outcome = `approved what ${approval.requester} planned: ${approval.title}`;
    await this.#audit.append({ ...recordOf(held.plan, actor), phase: 'approved', reason, outcome });
  }

  async declined({ held, approval }: AskedPlan, actor: Actor, reason: string): Promise<void> {
    const outcome = `declined what ${approval.requester} planned: ${approval.title}`;
    await this.#audit.append({ ...recordOf(held.plan, actor), phase: 'declined', reason, outcome });
  }

  async withdrawn({ held: { plan } }: AskedPlan, actor: Actor): Promise<void> {
    await this.#appendIfPossible({ ...recordOf(plan, actor), phase: 'withdrawn', outcome: plan.title });
  }

  /** On disk when it resolves. Throws `AppError` auditUnavailable: then nothing may run. */
  async started(plan: Plan, actor: Actor, job: Job): Promise<void> {
    const { title: outcome } = job;
    await this.#audit.append({ ...recordOf(plan, actor), ...recordOfJob(job), phase: 'started', outcome });
  }

  /** False when it could not be written; the next start of the server then closes the record. */
  ended(plan: Plan, actor: Actor, job: Job): Promise<boolean> {
    const progress = 'plannedCount' in job.progress ? job.progress : null;
    const record = { ...recordOf(plan, actor), ...recordOfJob(job), progress };
    return this.#appendIfPossible({ ...record, phase: 'ended', outcome: `${job.state}: ${job.outcome}` });
  }

  async #appendIfPossible(record: AuditRecord): Promise<boolean> {
    try {
      await this.#audit.append(record);
      return true;
    } catch {
      return false;
    }
  }
}

function recordOf(plan: Plan, actor: Actor): Omit<AuditRecord, 'phase' | 'outcome'> {
  return {
    targetId: plan.targetId,
    environment: plan.environment,
    actor: actor.name,
    action: plan.kind,
    planId: plan.id,
    jobId: null,
    subject: plan.kind === 'probe' ? describeSetting(plan) : plan.subject,
    plannedCount: plannedCountOf(plan),
    progress: null,
    reason: '',
    ...(plan.kind === 'warm' ? { warm: auditedWarm(plan) } : {}),
  };
}

/** Keys that it is about, or entries that a warm-up is to load; null = nobody can say. */
function plannedCountOf(plan: Plan): number | null {
  if (plan.kind === 'warm') return Math.round(plan.loadCount.value);
  return 'keyCount' in plan ? plan.keyCount : null;
}

function auditedWarm({ perSecond, duration, preview }: WarmPlan): AuditedWarm {
  const patterns = preview.patterns.slice(0, MOST_AUDITED_PATTERNS).map(({ pattern }) => pattern);
  return { perSecond, plannedMs: Math.round(duration.value), patterns };
}

function recordOfJob({ id, reason, approver }: Job): Pick<AuditRecord, 'jobId' | 'reason' | 'approver'> {
  return { jobId: id, reason, ...(approver === null ? {} : { approver }) };
}

/** What a probe changes in Redis. */
function describeSetting({ setting: { name, before, during } }: ProbePlan): string {
  return during === null
    ? `MONITOR; ${name} stays "${before}"`
    : `MONITOR; ${name} "${before}" to "${during}" and back`;
}
