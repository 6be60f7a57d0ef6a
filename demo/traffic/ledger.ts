export interface LedgerEntry {
  hits: number;
  misses: number;
}

interface Stamp {
  readonly loadNumber: number;
}

/** A value as its loader gave it, with the number of that load. */
export type Stamped<Value> = Value & Stamp;

/**
 * Counts hits and misses without asking the cache: every load of the source stamps its value with a rising number, and a
 * look-up is a miss when its value was loaded after the look-up began. What the metrics say is compared with it. A value that
 * is served while it is refreshed behind was loaded before, and so was one from L1.
 */
export class Ledger {
  readonly #entries = new Map<string, LedgerEntry>();
  /** What has no value to be stamped, by its name. */
  readonly #absent = new Map<string, number>();
  /** Values loaded by a secondary key: who has one of these has not looked up the entry itself. */
  readonly #found = new WeakSet<object>();
  #lastLoadNumber = 0;

  /** For the end of a loader, and for a value that is about to be written. */
  stamp<Value extends object>(value: Value): Stamped<Value> {
    this.#lastLoadNumber += 1;
    return { ...value, loadNumber: this.#lastLoadNumber };
  }

  /** For the end of a loader that found nothing under this name. */
  stampAbsent(name: string): undefined {
    this.#lastLoadNumber += 1;
    this.#absent.set(name, this.#lastLoadNumber);
  }

  /** For the end of a loader by a secondary key. */
  stampFound<Value extends object>(value: Value): Stamped<Value> {
    const stamped = this.stamp(value);
    this.#found.add(stamped);
    return stamped;
  }

  /**
   * `pattern` is the full one, as in the metrics: `catalog:product:{id}`; `name` that of what may be absent.
   */
  async watch<Value extends Stamp | undefined>(
    pattern: string,
    call: () => Promise<Value>,
    name = '',
  ): Promise<Value> {
    const before = this.#lastLoadNumber;
    const value = await call();
    this.#count(pattern, (value?.loadNumber ?? this.#absent.get(name) ?? 0) > before);
    return value;
  }

  /** A look-up by a secondary key: either the source was asked by it, or it led to the entry, which was looked up then. */
  async watchFound<Value extends Stamp>(
    { byKey, entry }: { readonly byKey: string; readonly entry: string },
    call: () => Promise<Value | undefined>,
  ): Promise<Value | undefined> {
    const before = this.#lastLoadNumber;
    const value = await call();
    const isLoaded = value === undefined || value.loadNumber > before;
    const isFoundByKey = value === undefined || this.#found.has(value);
    this.#count(byKey, isLoaded && isFoundByKey);
    if (!isFoundByKey) this.#count(entry, isLoaded);
    return value;
  }

  /** Since the start, by full pattern. */
  counts(): Record<string, LedgerEntry> {
    return Object.fromEntries([...this.#entries].map(([pattern, entry]) => [pattern, { ...entry }]));
  }

  #count(pattern: string, isMiss: boolean): void {
    const entry = this.#entries.get(pattern) ?? { hits: 0, misses: 0 };
    this.#entries.set(pattern, entry);
    if (isMiss) entry.misses += 1;
    else entry.hits += 1;
  }
}
