import { RedisFault, type RedisReply } from '#server/redis/redisConnection.ts';
import { parseInteger } from '#server/tags/parseReplies.ts';
import type { BatchResult } from './batch.ts';

/** Keeps what is known of the keys of one batch, over several attempts. */
export class BatchLedger {
  readonly keys: readonly Buffer[];
  /** What the batch removes is kept for an undo. */
  isKept = false;
  #isTold = false;
  #isRefused = false;
  #isIndexUnknown = false;
  /** A removal was sent and not answered: whatever comes now, it may have run or may yet run. */
  #isUnanswered = false;
  /** ... or, when fenced, may not: Redis came too late to what was sent last, or will. */
  #isPast = false;
  #changedCount = 0;
  #foundGoneCount = 0;

  constructor(keys: readonly Buffer[]) {
    this.keys = keys;
  }

  /** True once Redis has said what a removal of all the keys did. */
  get isTold(): boolean {
    return this.#isTold;
  }

  get isUntold(): boolean {
    return this.#isUnanswered && !this.#isTold;
  }

  noteReply(reply: RedisReply): void {
    // Later attempts only repeat what was told.
    if (this.#isTold) return;
    if (reply instanceof RedisFault) {
      this.#isPast = reply.kind === 'expired';
      if (reply.isOutcomeUnknown) this.#isUnanswered = true;
      else if (!this.#isPast) this.#isRefused = true;
      return;
    }
    this.#isTold = true;
    const count = this.keys.length;
    const removedCount = Math.min(count, parseInteger(reply) ?? 0);
    // Keys that this answer did not remove may be the work of the one without an answer: gone is what they are.
    this.#foundGoneCount = this.#isUnanswered ? count - removedCount : 0;
    this.#changedCount = removedCount + this.#foundGoneCount;
  }

  /** What was sent without an answer can no longer begin. */
  notePast(): void {
    this.#isPast = true;
  }

  noteCleaned(): void {
    this.#isIndexUnknown = false;
  }

  noteCleanUpUnanswered(): void {
    this.#isIndexUnknown = true;
  }

  noteFoundGone(count: number): void {
    this.#foundGoneCount = count;
    this.#changedCount = count;
  }

  result(stopText: string | null): BatchResult {
    const count = this.keys.length;
    const restCount = count - this.#changedCount;
    const isFailed = this.#isRefused && !this.#isUnanswered && !this.#isTold;
    return {
      changedCount: this.#changedCount,
      skippedCount: this.#isTold ? restCount : 0,
      failedCount: isFailed ? count : 0,
      unknownCount: this.isUntold && !this.#isPast ? restCount : 0,
      lateCount: this.#isPast && !this.#isTold && !isFailed ? restCount : 0,
      foundDoneCount: this.#foundGoneCount,
      isIndexUnknown: this.#isIndexUnknown,
      stopText,
    };
  }
}
