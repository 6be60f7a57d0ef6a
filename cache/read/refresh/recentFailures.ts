/** How long a source that failed for a key is left alone while an old value of it can be served, ms. Ours: FusionCache's throttle is a setting of about as much. */
const REST_MS = 1_000;
/** Most keys that are remembered; the oldest are forgotten, and asked for again. */
const MAX_KEYS = 1_000;

/** Keys whose load has just failed: with an old value at hand, not every caller need ask a failing source again. */
export class RecentFailures {
  readonly #clock: () => number;
  /** When each failed, epoch ms, the oldest first. */
  readonly #failedAtMs = new Map<string, number>();

  constructor(clock: () => number) {
    this.#clock = clock;
  }

  note(key: string): void {
    this.#failedAtMs.delete(key);
    this.#failedAtMs.set(key, this.#clock());
    if (this.#failedAtMs.size <= MAX_KEYS) return;
    for (const oldest of this.#failedAtMs.keys()) {
      this.#failedAtMs.delete(oldest);
      return;
    }
  }

  has(key: string): boolean {
    if (this.#failedAtMs.size === 0) return false;
    const failedAtMs = this.#failedAtMs.get(key);
    if (failedAtMs === undefined) return false;
    if (Math.abs(this.#clock() - failedAtMs) < REST_MS) return true;
    this.#failedAtMs.delete(key);
    return false;
  }
}
