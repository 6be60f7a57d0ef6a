import type { Clock } from '#server/clock/clock.ts';
import { KEYS_PER_UNLINK } from '#shared/acting/plan.ts';

/** Keys a second of all purges of one Redis together: about 0.8 % of a server core (SECURITY budgets). */
export const KEYS_PER_SECOND = 2_000;
/** The slowest pace that still ends some day. */
const MIN_KEYS_PER_SECOND = 50;
/** A batch is slow above this, whatever the baseline is; ms. */
const SLOW_MS = 50;
/** ... or above this many times the round trip of the first batches. */
const SLOW_FACTOR = 5;
/** Below this the baseline is noise of the machine, ms. Ours: a round trip of 100 keys on loopback takes 1 to 2 ms. */
const BASELINE_FLOOR_MS = 2;
const BASELINE_BATCHES = 5;
/** Batches in a row that change the pace: one slow reply is chance, three are a trend. */
const TREND_BATCHES = 3;

/**
 * How fast keys may go. Halves while Redis answers slowly, down to 50 keys a second, and returns by half steps when it
 * recovers. Shared by all jobs on one Redis, so that two purges are no faster than one.
 */
export class Pace {
  readonly #clock: Clock;
  readonly #firstRoundTripsMs: number[] = [];
  #keysPerSecond = KEYS_PER_SECOND;
  #freeAtMs = 0;
  #slowCount = 0;
  #quickCount = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get keysPerSecond(): number {
    return this.#keysPerSecond;
  }

  /** True when the last batches were slow at the slowest pace: going on makes it no better. */
  get isStuck(): boolean {
    return this.#slowCount >= TREND_BATCHES && this.#keysPerSecond === MIN_KEYS_PER_SECOND;
  }

  /** Forgets the slow batches, so that the next ones tell whether Redis is still slow. */
  tryAgain(): void {
    this.#slowCount = 0;
  }

  /** Keys of the next batch: smaller ones when slow, so that the load stays even and a cancel is heard soon. */
  batchSize(): number {
    return Math.max(10, Math.min(KEYS_PER_UNLINK, Math.round(this.#keysPerSecond / 20)));
  }

  /** Resolves when so many keys may go, or when the signal aborts. */
  async wait(keyCount: number, signal: AbortSignal): Promise<void> {
    const nowMs = this.#clock.elapsedMs();
    const startMs = Math.max(nowMs, this.#freeAtMs);
    this.#freeAtMs = startMs + (keyCount / this.#keysPerSecond) * 1_000;
    if (startMs > nowMs) await this.#clock.pause(startMs - nowMs, signal);
  }

  /** Takes in how long Redis took to answer a batch. */
  record(roundTripMs: number): void {
    if (this.#firstRoundTripsMs.length < BASELINE_BATCHES) this.#firstRoundTripsMs.push(roundTripMs);
    const isSlow = roundTripMs > SLOW_MS || roundTripMs > SLOW_FACTOR * this.#baselineMs();
    this.#slowCount = isSlow ? this.#slowCount + 1 : 0;
    this.#quickCount = isSlow ? 0 : this.#quickCount + 1;
    if (this.#slowCount >= TREND_BATCHES) {
      this.#keysPerSecond = Math.max(MIN_KEYS_PER_SECOND, this.#keysPerSecond / 2);
    } else if (this.#quickCount >= TREND_BATCHES) {
      this.#keysPerSecond = Math.min(KEYS_PER_SECOND, this.#keysPerSecond * 1.5);
      this.#quickCount = 0;
    }
  }

  #baselineMs(): number {
    const sorted = this.#firstRoundTripsMs.toSorted((a, b) => a - b);
    return Math.max(BASELINE_FLOOR_MS, sorted[Math.floor(sorted.length / 2)] ?? 0);
  }
}
