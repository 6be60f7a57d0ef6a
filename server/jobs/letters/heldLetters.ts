import type { LettersPlan } from '#shared/acting/plan.ts';

/** Letters that were planned, with what the server keeps for itself. */
export interface HeldLetters {
  readonly plan: LettersPlan;
  /** Key of their stream. */
  readonly key: string;
  /** The stream of events that they go back to; null = they go to none. */
  readonly replayStream: string | null;
  /** The oldest first, so that events go back in the order in which they were given up. */
  readonly ids: readonly string[];
  /** Of the Redis that the plan was made on. */
  readonly runId: string | null;
}
