import type { PurgePlan } from '#shared/acting/plan.ts';
import type { Selection } from './selections/selection.ts';

/** What the server keeps of a planned purge. */
export interface HeldPurge {
  readonly plan: PurgePlan;
  readonly selection: Selection;
  /** The keys, when the list is frozen; null = the rule, within count and patterns. */
  readonly frozenKeys: readonly Buffer[] | null;
  /** Patterns that the keys had; a key of another one stops a rule. */
  readonly patterns: ReadonlySet<string>;
  /** Of the Redis that the plan was made on; null when INFO may not be read. */
  readonly runId: string | null;
}
