/** Something counted between two readings. */
export interface CountedInterval<T> {
  readonly fromMs: number;
  readonly toMs: number;
  readonly value: T;
}

/** The current rates on the page are over this long. */
export const RECENT_MS = 60_000;

/** Keeps the intervals that ended within the last minute, oldest first. */
export class RecentIntervals<T> {
  #intervals: CountedInterval<T>[] = [];

  add(interval: CountedInterval<T>): void {
    this.#intervals.push(interval);
    this.dropBefore(interval.toMs - RECENT_MS);
  }

  /** Forgets what ended at or before `atMs`. */
  dropBefore(atMs: number): void {
    this.#intervals = this.#intervals.filter((interval) => interval.toMs > atMs);
  }

  clear(): void {
    this.#intervals = [];
  }

  all(): readonly CountedInterval<T>[] {
    return this.#intervals;
  }

  /** Time that the kept intervals cover, ms. */
  coveredMs(): number {
    return this.#intervals.reduce((sum, { fromMs, toMs }) => sum + (toMs - fromMs), 0);
  }
}
