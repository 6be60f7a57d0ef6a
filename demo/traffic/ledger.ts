export interface LedgerEntry {
  hits: number;
  misses: number;
}

/** A value as its loader gave it, with the number of that load. */
export type Stamped<Value> = Value & { readonly loadNumber: number };

/**
 * Counts hits and misses without asking the cache: every load of the source stamps its value with a rising number, and a
 * look-up is a miss when its value was loaded after the look-up began. What the metrics say is compared with it.
 */
export class Ledger {
  readonly #entries = new Map<string, LedgerEntry>();
  #lastLoadNumber = 0;

  /** For the end of a loader. */
  stamp<Value extends object>(value: Value): Stamped<Value> {
    this.#lastLoadNumber += 1;
    return { ...value, loadNumber: this.#lastLoadNumber };
  }

  /** `pattern` is the full one, as in the metrics: `catalog:product:{id}`. */
  async watch<Value>(pattern: string, call: () => Promise<Stamped<Value>>): Promise<Stamped<Value>> {
    const loadNumberBefore = this.#lastLoadNumber;
    const value = await call();
    const entry = this.#entries.get(pattern) ?? { hits: 0, misses: 0 };
    this.#entries.set(pattern, entry);
    if (value.loadNumber > loadNumberBefore) entry.misses += 1;
    else entry.hits += 1;
    return value;
  }

  /** Since the start, by full pattern. */
  counts(): Record<string, LedgerEntry> {
    return Object.fromEntries([...this.#entries].map(([pattern, entry]) => [pattern, { ...entry }]));
  }
}
