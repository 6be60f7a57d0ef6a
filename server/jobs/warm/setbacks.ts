import type { Clock } from '#server/clock/clock.ts';
import type { Wait } from '../door/jobHold.ts';

/** An instance that stopped by itself, for its breaker or failing loads, is asked again after this, ms. Ours. */
const REST_MS = 15_000;
/** After so many setbacks without an entry gone through between them the job fails: a minute in which nothing got better. Ours. */
const MAX_IN_ROW = 5;

/** What stops a warming but may pass: it rests after each, as long as it gets on between them. */
export class Setbacks {
  readonly #clock: Clock;
  #countInRow = 0;
  #furthestCount = 0;
  #rest: { readonly text: string; readonly untilMs: number } | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** True = try again once `wait` says nothing any more; false = there were too many. `doneCount` is how far the job came. */
  take(text: string, doneCount: number): boolean {
    this.#countInRow = doneCount > this.#furthestCount ? 1 : this.#countInRow + 1;
    this.#furthestCount = Math.max(this.#furthestCount, doneCount);
    if (this.#countInRow >= MAX_IN_ROW) return false;
    this.#rest = { text, untilMs: this.#clock.elapsedMs() + REST_MS };
    return true;
  }

  /** Null = the job may go on. */
  wait(): Wait | null {
    const rest = this.#rest;
    if (rest === null || this.#clock.elapsedMs() >= rest.untilMs) return null;
    return { text: rest.text, isPlanned: false };
  }
}
