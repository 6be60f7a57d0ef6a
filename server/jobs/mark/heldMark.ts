import type { TagMark } from '#server/tags/marks/tagMark.ts';
import type { MarkPlan } from '#shared/acting/plan.ts';

/** What the server keeps of a planned mark. */
export interface HeldMark {
  readonly plan: MarkPlan;
  /** As it was read for the plan. */
  readonly mark: TagMark;
  /** Of the Redis that the plan was made on; null when INFO may not be read. */
  readonly runId: string | null;
}
