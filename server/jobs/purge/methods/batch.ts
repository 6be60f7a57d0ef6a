import type { Clock } from '#server/clock/clock.ts';
import { RedisFault, type RedisReply } from '#server/redis/redisConnection.ts';
import type { Fence } from '../../fence/fence.ts';
import type { OperatorSession } from '../../operatorSession.ts';
import type { Pace } from '../../pace.ts';
import type { Selection } from '../selections/selection.ts';

/** Times that one batch is sent, the first included, while its outcome stays unknown. */
export const MAX_ATTEMPTS = 3;

export interface BatchParts {
  readonly session: OperatorSession;
  readonly selection: Selection;
  /** Of the Redis that the plan was made on. */
  readonly runId: string | null;
  readonly pace: Pace;
  readonly clock: Clock;
  readonly stop: AbortSignal;
  /** Null = what is sent may run late. */
  readonly fence: Fence | null;
}

/** What is enough where nothing is selected. */
export type RepeatParts = Omit<BatchParts, 'selection' | 'fence'>;

/** Does to some keys what the plan says. Never throws `RedisFault`. */
export type RunBatch = (keys: readonly Buffer[]) => Promise<BatchResult>;

/** What became of a batch; the counts add up to its keys, less those that were not attempted. */
export interface BatchResult {
  readonly changedCount: number;
  readonly skippedCount: number;
  readonly failedCount: number;
  readonly unknownCount: number;
  /** Of `changedCount`: not told by Redis but found so after a command without an answer. */
  readonly foundDoneCount: number;
  /** Sent, not begun in time, and never to be: not attempted, as it came. */
  readonly lateCount: number;
  /** True when it is not known how far the clean-up of the index came, after the values were removed. */
  readonly isIndexUnknown: boolean;
  /** Why the job must not go on; null when it may. */
  readonly stopText: string | null;
}

/** The fault that matters most: one whose outcome is unknown, else the first; null when there is none. */
export function faultIn(replies: readonly RedisReply[]): RedisFault | null {
  const faults = replies.filter((reply) => reply instanceof RedisFault);
  return faults.find((fault) => fault.isOutcomeUnknown) ?? faults[0] ?? null;
}
