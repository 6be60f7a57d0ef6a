interface Shared {
  readonly result: Promise<unknown>;
  isBegun: boolean;
}

/**
 * Refreshes of the same entry in one process, one after the other, since two at a time outdate each other and leave nothing.
 * Who asks while one waits shares it; while the source is being asked already, its answer may be too old for them, and all
 * who ask meanwhile share the next one.
 */
export class SharedRefreshes {
  /** The last to be asked for, by what is refreshed. */
  readonly #last = new Map<string, Shared>();

  /** `work` calls `begin` when it is about to ask the source. */
  run<Value>(name: string, work: (begin: () => void) => Promise<Value>): Promise<Value>;
  run(name: string, work: (begin: () => void) => Promise<unknown>): Promise<unknown> {
    const last = this.#last.get(name);
    if (last !== undefined && !last.isBegun) return last.result;
    const shared: Shared = { result: this.#runAfter(last, () => work(begin)), isBegun: false };
    const begin = (): void => {
      shared.isBegun = true;
    };
    this.#last.set(name, shared);
    const forget = (): void => {
      if (this.#last.get(name) === shared) this.#last.delete(name);
    };
    shared.result.then(forget, forget);
    return shared.result;
  }

  /** Never at once: who asks in the same turn finds it. */
  async #runAfter(before: Shared | undefined, work: () => Promise<unknown>): Promise<unknown> {
    await before?.result.catch(() => {});
    return work();
  }
}
