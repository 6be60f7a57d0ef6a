import type { TagIndex } from '#server/tags/tagLayout.ts';
import type { RepairPlan } from '#shared/acting/plan.ts';

/** A repair that was planned, with what the server keeps for itself. */
export interface HeldRepair {
  readonly plan: RepairPlan;
  readonly index: TagIndex;
  /** Keys of entries that were not there, in the order in which they were met. */
  readonly orphans: readonly Buffer[];
  /** Of the Redis that the plan was made on. */
  readonly runId: string | null;
}
