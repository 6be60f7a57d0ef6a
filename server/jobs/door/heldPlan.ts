import type { Job, JobBase } from '#shared/acting/job.ts';
import type { Plan } from '#shared/acting/plan.ts';
import type { OperatorSession } from '../operatorSession.ts';
import type { Pace } from '../pace.ts';
import type { JobChange } from './jobBoard.ts';
import type { JobHold } from './jobHold.ts';

export type JobEnd = Required<Pick<JobChange, 'state' | 'progress' | 'outcome'>> &
  Pick<JobChange, 'undoUntilMs'>;

/** What a job runs with. */
export interface JobContext {
  readonly job: Job;
  readonly session: OperatorSession;
  readonly stop: AbortSignal;
  readonly pace: Pace;
  /** Passed before each batch of a job that can be paused. */
  readonly hold: JobHold;
  readonly onProgress: (progress: JobEnd['progress']) => void;
}

/**
 * A plan with what the server keeps for itself, and what its job does. The door knows no kinds: it asks these, in the order of
 * `newJob`, `checkStillAsPlanned`, `run`.
 */
export interface HeldPlan {
  readonly plan: Plan;
  /** Two jobs of one subject do not run beside each other. */
  readonly subject: string;
  /** Said of the job that runs already. */
  readonly busyText: string;
  /** What may be the case after a failure that should never happen. */
  readonly bugText: string;
  /** Absent where a job is one act, which is done or not. */
  readonly isPausable?: true;
  newJob(base: JobBase): Job;
  /** Throws `AppError` planChanged when things are not as the plan showed them; `RedisFault`. */
  checkStillAsPlanned(session: OperatorSession): Promise<void>;
  /** Never throws what is expected: an end says what happened. */
  run(context: JobContext): Promise<JobEnd>;
}
