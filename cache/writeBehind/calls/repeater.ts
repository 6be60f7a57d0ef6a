import { type RetryBackoff, RetryRounds } from '#cache/resilience/retryRounds.ts';
import { CALL_MEMORY_MS } from '#cache/store/calls/callNumbers.ts';
import type { Outcome } from '#cache/store/redisTransport.ts';

export interface Repeated {
  /** May be run any number of times. */
  run(): Promise<Outcome<unknown>>;
  onDone(): void;
  /** Given up: too many wait, or for too long. */
  onLost(): void;
}

export interface RepeaterSurroundings extends RetryBackoff {
  readonly clock: () => number;
}

/** More than that would only grow while Redis is away. Ours. */
const MAX_WAITING = 10_000;
/** Half of what Redis remembers, so that no call is repeated when it no longer knows it. */
const MAX_AGE_MS = CALL_MEMORY_MS / 2;

/** Runs again what Redis has not confirmed, in order and with backoff, until it does. In memory only. */
export class Repeater {
  readonly #around: RepeaterSurroundings;
  readonly #waiting = new Map<object | string, { readonly work: Repeated; readonly sinceMs: number }>();
  readonly #rounds: RetryRounds;

  constructor(around: RepeaterSurroundings) {
    this.#around = around;
    this.#rounds = new RetryRounds(around, {
      hasWaiting: () => this.#waiting.size > 0,
      runRound: () => this.#runRound(),
    });
  }

  get waitingCount(): number {
    return this.#waiting.size;
  }

  /** What waits under the same name is replaced by it. */
  add(work: Repeated, name: object | string = {}): void {
    if (this.#rounds.isClosed) {
      work.onLost();
      return;
    }
    this.#waiting.delete(name);
    this.#waiting.set(name, { work, sinceMs: this.#around.clock() });
    if (this.#waiting.size > MAX_WAITING) this.#loseOldest();
    this.#rounds.arm();
  }

  has(name: string): boolean {
    return this.#waiting.size > 0 && this.#waiting.has(name);
  }

  /** It is no longer wanted. */
  drop(name: string): void {
    this.#waiting.delete(name);
  }

  /** Tries all that wait, now; joins the round under way. */
  run(): Promise<void> {
    return this.#rounds.run();
  }

  /** One last try. Returns how many stay unconfirmed. */
  async close(): Promise<number> {
    await this.#rounds.close();
    return this.#waiting.size;
  }

  async #runRound(): Promise<boolean> {
    let hasFailed = false;
    for (const [name, { work, sinceMs }] of [...this.#waiting]) {
      if (this.#around.clock() - sinceMs > MAX_AGE_MS) {
        this.#waiting.delete(name);
        work.onLost();
        continue;
      }
      // Replaced or dropped while those before it ran.
      if (this.#waiting.get(name)?.work !== work) continue;
      const outcome = await work.run();
      if (!outcome.isDone) {
        hasFailed = true;
        // Refused by a Redis that answers: the others may fare better.
        if (outcome.code === 'refused') continue;
        break;
      }
      if (this.#waiting.get(name)?.work === work) this.#waiting.delete(name);
      work.onDone();
    }
    return !hasFailed;
  }

  #loseOldest(): void {
    for (const [name, { work }] of this.#waiting) {
      this.#waiting.delete(name);
      work.onLost();
      return;
    }
  }
}
