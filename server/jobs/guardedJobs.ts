import type { Job } from '#shared/acting/job.ts';
import type { JobLoad } from '#shared/acting/jobLoad.ts';
import type {
  LettersInput,
  LettersPlan,
  MarkInput,
  MarkPlan,
  ProbeInput,
  ProbePlan,
  PurgePlan,
  RepairInput,
  RepairPlan,
  StartJobInput,
  UndoInput,
  UndoPlan,
  WarmInput,
  WarmPlan,
} from '#shared/acting/plan.ts';
import type { PurgeInput } from '#shared/acting/purgeInput.ts';
import type { ProbeResult } from '#shared/probe/probeResult.ts';
import type { Actor } from '#shared/roles.ts';
import type { Approvals } from './door/approvals.ts';

/** The only door to a change. Nothing runs that was not planned here, shown, and started with the plan's token. */
export interface GuardedJobs {
  /** Reads only. Throws `AppError` (notFound, sourceOverload, redisUnreachable, readOnly …). */
  planPurge(input: PurgeInput, actor: Actor): Promise<PurgePlan>;
  /** What a purge of the last 15 minutes removed, to be brought back. Throws notFound when nothing of it is kept. */
  planUndo(input: UndoInput, actor: Actor): Promise<UndoPlan>;
  /** What purging a tag by its mark would do. Throws the same; badInput, with the reason, where no purge from outside works. */
  planMark(input: MarkInput, actor: Actor): Promise<MarkPlan>;
  /** What would put the index of a tag right: a dry run. Throws badInput where nothing is safe, notFound when nothing is wrong. */
  planRepair(input: RepairInput, actor: Actor): Promise<RepairPlan>;
  /** What a run of a warmer would do, as an instance of its service says. Throws the same, and sourceOverload. */
  planWarm(input: WarmInput, actor: Actor): Promise<WarmPlan>;
  /** What replaying or dropping dead letters would do. Throws the same; badInput where they cannot be replayed. */
  planLetters(input: LettersInput, actor: Actor): Promise<LettersPlan>;
  /** What a measurement of hit rate by pattern would cost; looks for a second. Throws the same. */
  planProbe(input: ProbeInput, actor: Actor): Promise<ProbePlan>;
  /** What the last probe measured, also one before a restart; null when there was none. */
  lastProbe(): ProbeResult | null;
  /** Second approvers: whom plans wait for. */
  readonly approvals: Omit<Approvals, 'approverOf' | 'isAwaited' | 'noteGone' | 'noteStart'>;
  /** Spends the token. Throws approvalMissing, planUnknown, planExpired, planUsed, planChanged, confirmationMismatch, reasonMissing, jobRunning, auditUnavailable, readOnly, shuttingDown. */
  start(input: StartJobInput, actor: Actor): Promise<Job>;
  /** Asks a running job to stop; it ends within one batch. A job that has ended stays as it is. */
  cancel(jobId: string, actor: Actor): Job;
  /** Has a running job wait within one batch, until `resume`. Throws notFound when it does not run, badInput when it cannot wait. */
  pause(jobId: string, actor: Actor): Job;
  resume(jobId: string, actor: Actor): Job;
  get(jobId: string): Job | null;
  /** What a purge was to ask of the source, beside what was measured since; null when this server does not remember it. */
  loadOf(jobId: string): JobLoad | null;
  /** Newest first. */
  list(): readonly Job[];
  /** Called at every change of a job; returns the way to stop listening. */
  onChange(listener: (job: Job) => void): () => void;
  /** Refuses new jobs, lets running batches end, writes their end. */
  close(): Promise<void>;
}
