import { monitorEventLoopDelay } from 'node:perf_hooks';

const RESOLUTION_MS = 10;
/** A pause is remembered for one to two of these, ms. */
const WINDOW_MS = 1_000;
const NANOSECONDS_PER_MS = 1_000_000;

/** How long this process has just stood still: what a command waited then, it did not wait for Redis. */
export class PauseMeter {
  readonly #delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  #windowFromMs = performance.now();
  #lastWindowMs = 0;

  constructor() {
    this.#delays.enable();
  }

  /** The longest pause of the last one to two seconds, ms. */
  longestMs(): number {
    const nowMs = performance.now();
    const thisWindowMs = Math.max(0, this.#delays.max / NANOSECONDS_PER_MS - RESOLUTION_MS);
    const longestMs = Math.max(thisWindowMs, this.#lastWindowMs);
    if (nowMs - this.#windowFromMs >= WINDOW_MS) {
      this.#lastWindowMs = thisWindowMs;
      this.#windowFromMs = nowMs;
      this.#delays.reset();
    }
    return longestMs;
  }

  stop(): void {
    this.#delays.disable();
  }
}
