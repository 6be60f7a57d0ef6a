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

interface Counter {
  count: number;
  error: number;
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
  /** Keys by their count. */
  readonly #byCount = new Map<number, Set<string>>();
  #leastCount = 1;
  #missCount = 0;

  constructor(capacity: number = MAX_HOT_KEYS) {
    this.#capacity = capacity;
  }

  add(keyText: string): void {
    this.#missCount += 1;
    if (keyText.length > MAX_KEY_CHARS) return;
    const counter = this.#counters.get(keyText);
    if (counter !== undefined) this.#raise(keyText, counter);
    else if (this.#counters.size < this.#capacity) this.#begin(keyText, 0);
    else this.#begin(keyText, this.#dropLeast());
  }

  result(): MissedKeys {
    const keys = [...this.#counters].map(([keyText, { count, error }]) => ({ keyText, count, error }));
    return { keys: keys.sort((a, b) => b.count - a.count), missCount: this.#missCount };
  }

  #begin(keyText: string, error: number): void {
    this.#counters.set(keyText, { count: error + 1, error });
    this.#keysAt(error + 1).add(keyText);
    this.#leastCount = Math.min(this.#leastCount, error + 1);
  }

  #raise(keyText: string, counter: Counter): void {
    this.#leave(keyText, counter.count);
    counter.count += 1;
    this.#keysAt(counter.count).add(keyText);
  }

  /** The count of the key that went. */
  #dropLeast(): number {
    while (!this.#byCount.has(this.#leastCount)) this.#leastCount += 1;
    const count = this.#leastCount;
    const [keyText = ''] = this.#keysAt(count);
    this.#leave(keyText, count);
    this.#counters.delete(keyText);
    return count;
  }

  #leave(keyText: string, count: number): void {
    const keys = this.#keysAt(count);
    keys.delete(keyText);
    if (keys.size === 0) this.#byCount.delete(count);
  }

  #keysAt(count: number): Set<string> {
    let keys = this.#byCount.get(count);
    if (keys === undefined) {
      keys = new Set();
      this.#byCount.set(count, keys);
    }
    return keys;
  }
}
