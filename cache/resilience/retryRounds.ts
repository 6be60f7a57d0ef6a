export interface RetryBackoff {
  /** Wait before the first retry, ms; each further one is twice as long, up to `maxBackoffMs`. */
  readonly backoffMs: number;
  readonly maxBackoffMs: number;
}

export interface RetryRoundsWork {
  /** True while something waits for the next round. */
  hasWaiting(): boolean;
  /** Tries all that wait. False = it failed, and the next round is further off. Does not reject. */
  runRound(): Promise<boolean>;
}

/** Rounds of retries, one at a time, while something waits: with backoff, and at once when asked for. Holds no process. */
export class RetryRounds {
  readonly #backoff: RetryBackoff;
  readonly #work: RetryRoundsWork;
  #timer: NodeJS.Timeout | null = null;
  #failedCount = 0;
  #round: Promise<void> | null = null;
  #isClosed = false;

  constructor(backoff: RetryBackoff, work: RetryRoundsWork) {
    this.#backoff = backoff;
    this.#work = work;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** To be called when something has come to wait. */
  arm(): void {
    if (this.#timer !== null || this.#isClosed || !this.#work.hasWaiting()) return;
    const { backoffMs, maxBackoffMs } = this.#backoff;
    const waitMs = Math.min(maxBackoffMs, backoffMs * 2 ** Math.min(this.#failedCount, 20));
    this.#timer = setTimeout(() => {
      this.#timer = null;
      void this.run();
    }, waitMs);
    this.#timer.unref();
  }

  /** A round now; joins the one under way. */
  run(): Promise<void> {
    this.#round ??= this.#runRound().finally(() => {
      this.#round = null;
      this.arm();
    });
    return this.#round;
  }

  /** One last round, if something waits. */
  async close(): Promise<void> {
    this.#isClosed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    if (this.#work.hasWaiting()) await this.run();
  }

  async #runRound(): Promise<void> {
    this.#failedCount = (await this.#work.runRound()) ? 0 : this.#failedCount + 1;
  }
}
