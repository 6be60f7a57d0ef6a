import type { CacheErrorCode } from '#cache/cacheError.ts';
import type { RetryOptions } from '#cache/invalidate/retryQueue.ts';
import type { Outcome } from '#cache/store/redisTransport.ts';
import type { EventEnvelope } from '#shared/control/eventEnvelope.ts';

export interface PublishQueueSurroundings {
  readonly options: RetryOptions;
  publish(envelope: EventEnvelope): Promise<Outcome<unknown>>;
  published(envelope: EventEnvelope): void;
  /** Given up for good. */
  dropped(envelope: EventEnvelope): void;
}

interface Waiting {
  readonly envelope: EventEnvelope;
  refusedCount: number;
}

/**
 * Events that the bus has not confirmed, published again until it does. One of which the answer was late is published twice,
 * under the same id. In memory only: a process that ends with some in it loses them, which `close` reports.
 */
export class PublishQueue {
  readonly #around: PublishQueueSurroundings;
  /** The oldest first. */
  readonly #waiting = new Set<Waiting>();
  #timer: NodeJS.Timeout | null = null;
  #failedRounds = 0;
  #round: Promise<void> | null = null;
  #isClosed = false;

  constructor(around: PublishQueueSurroundings) {
    this.#around = around;
  }

  get queuedCount(): number {
    return this.#waiting.size;
  }

  /** False when the queue is closed. Above its bound the oldest are dropped. */
  add(envelope: EventEnvelope): boolean {
    if (this.#isClosed) return false;
    this.#waiting.add({ envelope, refusedCount: 0 });
    if (this.#waiting.size > this.#around.options.maxQueuedCount) this.#dropOldest();
    this.#arm();
    return true;
  }

  /** Tries all that wait, now; joins the round under way. */
  run(): Promise<void> {
    this.#round ??= this.#runRound().finally(() => {
      this.#round = null;
      this.#arm();
    });
    return this.#round;
  }

  /** One last try. Returns how many are left and lost with the process. */
  async close(): Promise<number> {
    this.#isClosed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    if (this.#waiting.size > 0) await this.run();
    const lostCount = this.#waiting.size;
    while (this.#waiting.size > 0) this.#dropOldest();
    return lostCount;
  }

  async #runRound(): Promise<void> {
    for (const waiting of [...this.#waiting]) {
      const outcome = await this.#around.publish(waiting.envelope);
      // Dropped meanwhile, to make room: then it has been counted as lost.
      if (!this.#waiting.has(waiting)) continue;
      if (outcome.isDone) {
        this.#waiting.delete(waiting);
        this.#around.published(waiting.envelope);
        continue;
      }
      if (!this.#isRefusedForGood(waiting, outcome.code)) {
        this.#failedRounds += 1;
        return;
      }
    }
    this.#failedRounds = this.#waiting.size === 0 ? 0 : this.#failedRounds + 1;
  }

  /** False when the others would fare no better now. */
  #isRefusedForGood(waiting: Waiting, code: CacheErrorCode): boolean {
    if (code !== 'refused') return false;
    waiting.refusedCount += 1;
    if (waiting.refusedCount >= this.#around.options.maxRefusedCount) {
      this.#waiting.delete(waiting);
      this.#around.dropped(waiting.envelope);
    }
    return true;
  }

  #dropOldest(): void {
    for (const waiting of this.#waiting) {
      this.#waiting.delete(waiting);
      this.#around.dropped(waiting.envelope);
      return;
    }
  }

  #arm(): void {
    if (this.#timer !== null || this.#waiting.size === 0 || this.#isClosed) return;
    const { backoffMs, maxBackoffMs } = this.#around.options;
    const waitMs = Math.min(maxBackoffMs, backoffMs * 2 ** Math.min(this.#failedRounds, 20));
    this.#timer = setTimeout(() => {
      this.#timer = null;
      void this.run();
    }, waitMs);
    this.#timer.unref();
  }
}
