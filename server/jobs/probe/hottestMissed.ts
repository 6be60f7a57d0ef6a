/** A missed key, given as `formatKey` writes it, and how often it was missed: at most `count`, and at least `count - error` times. */
export interface MissedKey {
  readonly keyText: string;
  readonly count: number;
  readonly error: number;
}

/** The keys that a probe saw missed most. */
export interface MissedKeys {
  /** Most missed first. */
  readonly keys: readonly MissedKey[];
  /** All missed look-ups that were seen. A key that is not listed was missed at most `missCount / MAX_HOT_KEYS` times. */
  readonly missCount: number;
}

/** Names of 1 KB each are 10 MB at most. Ours. */
const MAX_HOT_KEYS = 10_000;
/** Longer names are counted in `missCount` and not kept. */
const MAX_KEY_CHARS = 1_024;

/** A kept key, in a list of those with its count. */
interface Counter {
  readonly keyText: string;
  count: number;
  readonly error: number;
  before: Counter | null;
  after: Counter | null;
}

/**
 * The most missed keys of a stream within a bound, each in constant time: a key that is new takes the place of the least missed one,
 * and its count, which is then its error. The sum of all counts is that of the look-ups, so no error is above their number divided by
 * `capacity`, and every key that was missed more often is listed. Metwally, Agrawal, El Abbadi: Efficient Computation of Frequent and
 * Top-k Elements in Data Streams (2005), "Space-Saving".
 */
export class HottestMissed {
  readonly #capacity: number;
  readonly #counters = new Map<string, Counter>();
  /** The first of those with a count. A set of keys would be slower to take the first of, the more were taken before. */
  readonly #firsts = new Map<number, Counter>();
  #leastCount = 1;
  #missCount = 0;

  constructor(capacity: number = MAX_HOT_KEYS) {
    this.#capacity = capacity;
  }

  add(keyText: string): void {
    this.#missCount += 1;
    if (keyText.length > MAX_KEY_CHARS) return;
    const counter = this.#counters.get(keyText);
    if (counter !== undefined) {
      this.#leave(counter);
      counter.count += 1;
      this.#enter(counter);
      return;
    }
    const error = this.#counters.size < this.#capacity ? 0 : this.#dropLeast();
    const begun: Counter = { keyText, count: error + 1, error, before: null, after: null };
    this.#counters.set(keyText, begun);
    this.#enter(begun);
    this.#leastCount = Math.min(this.#leastCount, begun.count);
  }

  result(): MissedKeys {
    const keys = [...this.#counters.values()].map(({ keyText, count, error }) => ({ keyText, count, error }));
    return { keys: keys.sort((a, b) => b.count - a.count), missCount: this.#missCount };
  }

  /** The count of the key that went. */
  #dropLeast(): number {
    let least = this.#firsts.get(this.#leastCount);
    while (least === undefined) {
      this.#leastCount += 1;
      least = this.#firsts.get(this.#leastCount);
    }
    this.#leave(least);
    this.#counters.delete(least.keyText);
    return least.count;
  }

  #enter(counter: Counter): void {
    const first = this.#firsts.get(counter.count) ?? null;
    [counter.before, counter.after] = [null, first];
    if (first !== null) first.before = counter;
    this.#firsts.set(counter.count, counter);
  }

  #leave({ count, before, after }: Counter): void {
    if (after !== null) after.before = before;
    if (before !== null) before.after = after;
    else if (after !== null) this.#firsts.set(count, after);
    else this.#firsts.delete(count);
  }
}
