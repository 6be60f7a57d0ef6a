import type { ProbePlan } from '#shared/acting/plan.ts';

/** What the server keeps of a planned probe. */
export interface HeldProbe {
  readonly plan: ProbePlan;
  /** Of the Redis that the plan was made on. */
  readonly runId: string;
}
