import type { AuditLog } from '#server/audit/auditLog.ts';
import type { Clock } from '#server/clock/clock.ts';
import { isTerminal, type Job } from '#shared/acting/job.ts';
import type { Plan, StartJobInput } from '#shared/acting/plan.ts';
import { AppError } from '#shared/errorCodes.ts';
import { type Actor, requireRole } from '#shared/roles.ts';
import type { RandomBytes } from '../drawRandom.ts';
import { type OpenOperator, OperatorSession } from '../operatorSession.ts';
import { Pace } from '../pace.ts';
import { Approvals, type KnownUser } from './approvals.ts';
import { AuditTrail } from './auditTrail.ts';
import type { HeldPlan, JobEnd } from './heldPlan.ts';
import { changeJob, JobBoard } from './jobBoard.ts';
import { JobHold } from './jobHold.ts';
import { PlanStore } from './planStore.ts';
import { openPlanTerms, type TermsOf } from './planTerms.ts';
import { unchangedFault } from './unchangedFault.ts';

export interface DoorOptions {
  readonly audit: AuditLog;
  /** Opens an operator connection of its own for each call; resolves when it can be used. Throws `RedisFault`. */
  readonly openOperator: OpenOperator;
  readonly isReadOnly: boolean;
  /** Plans of more keys need a second approver; 0 = every plan, null = none. */
  readonly secondApproverAboveKeys: number | null;
  /** Who could be one, with the roles of now. */
  readonly users: () => readonly KnownUser[];
  readonly clock: Clock;
  /** Cryptographically strong outside of tests: tokens are made of it. */
  readonly random: RandomBytes;
  /** Told of what should never happen; the job it happens in ends as unknown. */
  readonly reportBug: (error: unknown) => void;
}

/** What a plan is made with: `token` starts it, on the terms of the door; the session is closed once it is made. */
export interface PlanTools {
  readonly session: OperatorSession;
  readonly token: string;
  readonly termsOf: TermsOf;
}

/** A plan that is shown, and what the server keeps of it. */
export interface MadePlan<Made extends Plan> {
  readonly plan: Made;
  readonly held: HeldPlan;
}

const SHUT_DOWN = 'Stopped because the server shuts down.';

/** A confirmed plan; nobody had to approve it when `approver` is null. */
interface Started {
  readonly held: HeldPlan;
  readonly actor: Actor;
  readonly approver: string | null;
  readonly reason: string;
}

interface Running {
  readonly held: HeldPlan;
  readonly actor: Actor;
  readonly session: OperatorSession;
  readonly job: Job;
  readonly stop: AbortController;
  readonly hold: JobHold;
}

/** The guarded door, for one target: knows no kinds of jobs, only plans, tokens, the audit log and what runs. */
export class Door {
  readonly #options: DoorOptions;
  readonly #plans: PlanStore;
  readonly #board: JobBoard;
  readonly #termsOf: TermsOf;
  readonly #trail: AuditTrail;
  readonly #pace: Pace;
  /** What a job is at, or is about to be. */
  readonly #busySubjects = new Set<string>();
  readonly #running = new Map<string, Running>();
  /** Starts and runs under way; `close` waits for them. */
  readonly #underWay = new Set<Promise<unknown>>();
  #isClosing = false;
  readonly approvals: Approvals;

  constructor(options: DoorOptions) {
    this.#options = options;
    this.#board = new JobBoard(options);
    this.#trail = new AuditTrail(options.audit);
    this.#pace = new Pace(options.clock);
    this.#termsOf = openPlanTerms(options.clock, options.secondApproverAboveKeys);
    this.#plans = new PlanStore({
      ...options,
      isAwaited: (planId) => this.approvals.isAwaited(planId),
      onGone: (planId, how) => this.approvals.noteGone(planId, how),
    });
    const parts = { ...options, plans: this.#plans, trail: this.#trail };
    this.approvals = new Approvals({ ...parts, admit: (actor) => this.#admit(actor) });
  }

  /** Makes a plan by reading, holds it, and notes it. The session is closed with the plan made. */
  async plan<Made extends Plan>(
    actor: Actor,
    make: (tools: PlanTools) => Promise<MadePlan<Made>>,
  ): Promise<Made> {
    this.#admit(actor);
    const session = new OperatorSession(this.#options);
    try {
      const tools = { session, token: this.#plans.newToken(), termsOf: this.#termsOf };
      const { held, plan } = await make(tools);
      this.#plans.hold(held, actor);
      await this.#trail.planned(plan, actor);
      return plan;
    } catch (error) {
      throw unchangedFault(error, '');
    } finally {
      session.close();
    }
  }

  async start(input: StartJobInput, actor: Actor): Promise<Job> {
    this.#admit(actor);
    const held = this.#plans.find(input.token, { actor, targetId: input.targetId });
    const reason = input.reason.trim();
    try {
      const approver = this.approvals.approverOf(held);
      this.#checkConfirmed(held, { typed: input.typed.trim(), reason });
      // No await between the look and the spending, or one token could start two jobs.
      this.#plans.spend(input.token);
      return await this.#keepTrackOf(this.#begin({ held, actor, approver, reason }));
    } catch (error) {
      const refusal = unchangedFault(error, 'Make a new plan.');
      const text = refusal instanceof Error ? refusal.message : String(refusal);
      this.approvals.noteStart(held.plan.id, { note: text });
      await this.#trail.refused(held.plan, actor, { text, reason });
      throw refusal;
    }
  }

  cancel(jobId: string, actor: Actor): Job {
    requireRole(actor, 'operator');
    const job = this.#board.get(jobId);
    if (job === null) throw new AppError('notFound', 'The running server does not know this job.');
    if (isTerminal(job.state)) return job;
    this.#running.get(jobId)?.stop.abort(`Stopped by ${actor.name}.`);
    return this.#board.update(jobId, { state: 'cancelling', pauseText: '' }) ?? job;
  }

  pause(jobId: string, actor: Actor): Job {
    const { held, hold, job } = this.#findRunning(jobId, actor);
    if (held.isPausable !== true) throw new AppError('badInput', 'This job cannot wait half way. Stop it.');
    hold.pause(`Paused by ${actor.name}.`);
    return this.#board.get(jobId) ?? job;
  }

  resume(jobId: string, actor: Actor): Job {
    const { hold, job } = this.#findRunning(jobId, actor);
    hold.resume();
    return this.#board.get(jobId) ?? job;
  }

  get(jobId: string): Job | null {
    return this.#board.get(jobId);
  }

  list(): readonly Job[] {
    return this.#board.list();
  }

  onChange(listener: (job: Job) => void): () => void {
    return this.#board.onChange(listener);
  }

  async close(): Promise<void> {
    this.#isClosing = true;
    for (const { stop } of this.#running.values()) stop.abort(SHUT_DOWN);
    while (this.#underWay.size > 0) await Promise.allSettled(this.#underWay);
  }

  #admit(actor: Actor): void {
    requireRole(actor, 'operator');
    if (this.#isClosing)
      throw new AppError('shuttingDown', 'The server is shutting down; nothing is started.');
    if (this.#options.isReadOnly) {
      throw new AppError('readOnly', 'This server was started read-only: it changes nothing.');
    }
  }

  #checkConfirmed(
    { plan, subject, busyText }: HeldPlan,
    given: { readonly typed: string; readonly reason: string },
  ): void {
    if (plan.confirmation.kind === 'typed' && given.typed !== plan.confirmation.text) {
      throw new AppError('confirmationMismatch', `Type ${plan.confirmation.text} to confirm.`);
    }
    if (plan.isReasonRequired && given.reason === '') {
      throw new AppError('reasonMissing', 'Say why: the reason goes into the audit log.');
    }
    if (this.#busySubjects.has(subject)) {
      throw new AppError('jobRunning', `${busyText} Wait for that job or stop it.`);
    }
  }

  /** From the spent token to the durable record of the intent; nothing is removed before that is on disk. */
  async #begin(start: Started): Promise<Job> {
    const { held, actor } = start;
    const session = new OperatorSession(this.#options);
    const job = this.#newJob(start);
    this.#busySubjects.add(held.subject);
    try {
      await held.checkStillAsPlanned(session);
      await this.#trail.started(held.plan, actor, job);
    } catch (error) {
      session.close();
      this.#busySubjects.delete(held.subject);
      throw error;
    }
    // Before anybody hears of the job: whoever does may stop it at once.
    const hold = new JobHold({
      clock: this.#options.clock,
      onChange: (pauseText) => this.#notePause(job.id, pauseText),
    });
    const running: Running = { held, actor, session, job, stop: new AbortController(), hold };
    this.#running.set(job.id, running);
    this.#board.add(job);
    this.approvals.noteStart(held.plan.id, { jobId: job.id });
    void this.#keepTrackOf(this.#run(running));
    return job;
  }

  async #run(running: Running): Promise<void> {
    const { held, actor, session, job, stop } = running;
    if (this.#isClosing) stop.abort(SHUT_DOWN);
    try {
      const end = await this.#runToItsEnd(running);
      const ended = changeJob(job, { ...end, endedAtMs: this.#options.clock.nowMs() });
      const isRecorded = await this.#trail.ended(held.plan, actor, ended);
      const outcome = isRecorded
        ? end.outcome
        : `${end.outcome} The end could not be written to the audit log; its start is there.`;
      this.#board.update(job.id, { ...end, outcome, endedAtMs: ended.endedAtMs });
    } finally {
      session.close();
      this.#running.delete(job.id);
      this.#busySubjects.delete(held.subject);
    }
  }

  async #runToItsEnd({ held, job, session, stop, hold }: Running): Promise<JobEnd> {
    try {
      return await held.run({
        job,
        session,
        stop: stop.signal,
        pace: this.#pace,
        hold,
        onProgress: (progress) => this.#board.update(job.id, { progress }),
      });
    } catch (error) {
      this.#options.reportBug(error);
      const { progress } = this.#board.get(job.id) ?? job;
      return { state: 'unknown', progress, outcome: `The server failed unexpectedly. ${held.bugText}` };
    }
  }

  #findRunning(jobId: string, actor: Actor): Running {
    requireRole(actor, 'operator');
    const running = this.#running.get(jobId);
    if (running !== undefined) return running;
    throw new AppError('notFound', 'No such job runs (any more).');
  }

  /** What is being stopped is not shown as waiting. */
  #notePause(jobId: string, pauseText: string | null): void {
    if (this.#board.get(jobId)?.state === 'cancelling') return;
    if (pauseText === null) this.#board.update(jobId, { state: 'running', pauseText: '' });
    else this.#board.update(jobId, { state: 'paused', pauseText });
  }

  #newJob({ held, actor, approver, reason }: Started): Job {
    const { plan } = held;
    return held.newJob({
      id: this.#options.random(16).toString('hex'),
      planId: plan.id,
      targetId: plan.targetId,
      title: plan.title,
      actor: actor.name,
      approver,
      reason,
      state: 'running',
      pauseText: '',
      startedAtMs: this.#options.clock.nowMs(),
      endedAtMs: null,
      outcome: '',
    });
  }

  #keepTrackOf<T>(work: Promise<T>): Promise<T> {
    const settled = work.catch(() => {}).finally(() => this.#underWay.delete(settled));
    this.#underWay.add(settled);
    return work;
  }
}
