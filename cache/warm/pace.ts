export interface PaceOptions {
  readonly perSecond: number;
  /** How far the time between two is drawn off its mean, 0-1. */
  readonly jitterRatio: number;
  /** Now, epoch ms. */
  readonly clock: () => number;
  /** In [0, 1). */
  readonly random: () => number;
}

/** Down to this share of the full pace, when what is paced has no room. */
const SLOWEST_RATIO = 1 / 16;
/** Good ones until a halved pace has grown by the full pace. */
const GOOD_TO_RECOVER = 20;

/**
 * Spreads work over time: so many a second, never several at once to catch up. Halved when there is no room, and back to
 * full by small steps while there is.
 */
export class Pace {
  readonly #options: PaceOptions;
  #ratio = 1;
  #nextAtMs = -Infinity;
  #lastAskedAtMs = -Infinity;

  constructor(options: PaceOptions) {
    this.#options = options;
  }

  /** Takes the next place; returns how long to wait for it, ms. */
  reserve(): number {
    const { perSecond, jitterRatio, clock, random } = this.#options;
    const nowMs = clock();
    // A clock that is set back must not make anyone wait for the time to pass once more.
    if (nowMs < this.#lastAskedAtMs) this.#nextAtMs -= this.#lastAskedAtMs - nowMs;
    this.#lastAskedAtMs = nowMs;
    const beginAtMs = Math.max(nowMs, this.#nextAtMs);
    const meanMs = 1_000 / (perSecond * this.#ratio);
    this.#nextAtMs = beginAtMs + meanMs * (1 + jitterRatio * (2 * random() - 1));
    return beginAtMs - nowMs;
  }

  slowDown(): void {
    this.#ratio = Math.max(SLOWEST_RATIO, this.#ratio / 2);
  }

  speedUp(): void {
    this.#ratio = Math.min(1, this.#ratio + 1 / GOOD_TO_RECOVER);
  }
}
