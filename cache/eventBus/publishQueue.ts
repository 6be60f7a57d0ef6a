import type { CacheErrorCode } from '#cache/cacheError.ts';
import type { RetryOptions } from '#cache/invalidate/retryQueue.ts';
import { RetryRounds } from '#cache/resilience/retryRounds.ts';
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
  readonly #rounds: RetryRounds;
  #lostCount = 0;

  constructor(around: PublishQueueSurroundings) {
    this.#around = around;
    this.#rounds = new RetryRounds(around.options, {
      hasWaiting: () => this.#waiting.size > 0,
      runRound: () => this.#runRound(),
    });
  }

  get queuedCount(): number {
    return this.#waiting.size;
  }

  /** What waits; once closed, what is lost with the process. */
  get unconfirmedCount(): number {
    return this.#waiting.size + this.#lostCount;
  }

  /** False when the queue is closed. Above its bound the oldest are dropped. */
  add(envelope: EventEnvelope): boolean {
    if (this.#rounds.isClosed) return false;
    this.#waiting.add({ envelope, refusedCount: 0 });
    if (this.#waiting.size > this.#around.options.maxQueuedCount) this.#dropOldest();
    this.#rounds.arm();
    return true;
  }

  /** Tries all that wait, now; joins the round under way. */
  run(): Promise<void> {
    return this.#rounds.run();
  }

  /** One last try. Returns how many are left and lost with the process. */
  async close(): Promise<number> {
    await this.#rounds.close();
    while (this.#waiting.size > 0) {
      this.#lostCount += 1;
      this.#dropOldest();
    }
    return this.#lostCount;
  }

  async #runRound(): Promise<boolean> {
    for (const waiting of [...this.#waiting]) {
      const outcome = await this.#around.publish(waiting.envelope);
      // Dropped meanwhile, to make room: then it has been counted as lost.
      if (!this.#waiting.has(waiting)) continue;
      if (outcome.isDone) {
        this.#waiting.delete(waiting);
        this.#around.published(waiting.envelope);
        continue;
      }
      if (!this.#isRefusedForGood(waiting, outcome.code)) return false;
    }
    return this.#waiting.size === 0;
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
}
