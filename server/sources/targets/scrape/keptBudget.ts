/** Series that all targets may keep together; about 0.5 KB each. */
const MAX_KEPT_SERIES = 200_000;

/** Shares out a number of series among holders; who came first keeps what it has. */
export class KeptBudget {
  readonly #limit: number;
  readonly #held = new Map<object, number>();
  #total = 0;

  constructor(limit = MAX_KEPT_SERIES) {
    this.#limit = limit;
  }

  get text(): string {
    return `All targets together have more than ${this.#limit} series of caches, and this one is past it.`;
  }

  /** Replaces what the holder has by `count`; false, and nothing changes, when that is too many. */
  take(holder: object, count: number): boolean {
    const total = this.#total - (this.#held.get(holder) ?? 0) + count;
    if (total > this.#limit) return false;
    this.#held.set(holder, count);
    this.#total = total;
    return true;
  }

  release(holder: object): void {
    this.#total -= this.#held.get(holder) ?? 0;
    this.#held.delete(holder);
  }
}
