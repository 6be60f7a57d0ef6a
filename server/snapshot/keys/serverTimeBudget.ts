import type { Clock } from '#server/clock/clock.ts';

export interface BudgetOptions {
  readonly clock: Clock;
  /** May be spent at once. */
  readonly burstMs: number;
  /** Comes back each second. */
  readonly msPerSecond: number;
}

/** Time of the Redis server that we may take: some at once, then so much a second. */
export class ServerTimeBudget {
  readonly #options: BudgetOptions;
  #leftMs: number;
  #atMs: number;

  constructor(options: BudgetOptions) {
    this.#options = options;
    this.#leftMs = options.burstMs;
    this.#atMs = options.clock.elapsedMs();
  }

  /** What may be spent now; below 0 after more was spent than there was. */
  leftMs(): number {
    const { clock, burstMs, msPerSecond } = this.#options;
    const nowMs = clock.elapsedMs();
    this.#leftMs = Math.min(burstMs, this.#leftMs + ((nowMs - this.#atMs) / 1_000) * msPerSecond);
    this.#atMs = nowMs;
    return this.#leftMs;
  }

  spend(ms: number): void {
    this.#leftMs = this.leftMs() - ms;
  }

  /** Resolves when so much may be spent, or the signal aborts. */
  async reach(ms: number, signal: AbortSignal): Promise<void> {
    const missingMs = ms - this.leftMs();
    if (missingMs > 0)
      await this.#options.clock.pause((missingMs / this.#options.msPerSecond) * 1_000, signal);
  }
}
