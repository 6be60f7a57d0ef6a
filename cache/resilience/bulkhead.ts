import { CacheError } from '#cache/cacheError.ts';
import { prepareBounds } from './prepareBounds.ts';

export interface BulkheadOptions {
  /** Most runs at one time. @default 64 */
  readonly maxConcurrentCount: number;
  /** Most that wait for a run to end; 0 = nobody waits. @default 1_000 */
  readonly maxWaitingCount: number;
  /** Longest wait for a run to begin. @default 1_000 */
  readonly waitTimeoutMs: number;
}

/** Ours: 64 is what one process may ask of a database pool or two, and a caller who has waited 1 s has mostly given up. */
const bulkheadDefaults: BulkheadOptions = {
  maxConcurrentCount: 64,
  maxWaitingCount: 1_000,
  waitTimeoutMs: 1_000,
};

export interface BulkheadSnapshot {
  readonly activeCount: number;
  readonly waitingCount: number;
  /** Runs refused with `overloaded` since the bulkhead was made. */
  readonly shedCount: number;
}

/** Keeps a source from being asked by everyone at once: what is beyond its bounds is refused, soon and by name. */
export class Bulkhead {
  readonly #options: BulkheadOptions;
  /** In the order of their coming. A slot is free only while nobody waits. */
  readonly #waiting = new Set<() => void>();
  #activeCount = 0;
  #shedCount = 0;

  constructor(options: Partial<BulkheadOptions> = {}) {
    this.#options = prepareBounds(bulkheadDefaults, options, {
      mayBeZero: ['maxWaitingCount'],
      timers: ['waitTimeoutMs'],
    });
  }

  /** The work's own outcome. Throws `overloaded` when too many wait already, or the wait was too long. */
  async run<Result>(work: () => Promise<Result>): Promise<Result> {
    if (!this.#takeSlot()) await this.#waitForSlot();
    return this.#runInSlot(work);
  }

  /** For work that can be left undone: null at once when no slot is free, which is not counted as shed. */
  tryRun<Result>(work: () => Promise<Result>): Promise<Result> | null {
    return this.#takeSlot() ? this.#runInSlot(work) : null;
  }

  snapshot(): BulkheadSnapshot {
    return {
      activeCount: this.#activeCount,
      waitingCount: this.#waiting.size,
      shedCount: this.#shedCount,
    };
  }

  #takeSlot(): boolean {
    if (this.#activeCount >= this.#options.maxConcurrentCount) return false;
    this.#activeCount += 1;
    return true;
  }

  /** Async, so that work which throws instead of rejecting frees its slot as well. */
  async #runInSlot<Result>(work: () => Promise<Result>): Promise<Result> {
    try {
      return await work();
    } finally {
      this.#freeSlot();
    }
  }

  /** A slot goes straight to who has waited longest, so that nobody who comes meanwhile gets in between. */
  #freeSlot(): void {
    const [begin] = this.#waiting;
    if (begin === undefined) this.#activeCount -= 1;
    else begin();
  }

  #waitForSlot(): Promise<void> {
    const { maxConcurrentCount, maxWaitingCount, waitTimeoutMs } = this.#options;
    return new Promise((resolve, reject) => {
      const shed = (bound: string): void => {
        this.#shedCount += 1;
        const state = `${maxConcurrentCount} runs are under way (maxConcurrentCount)`;
        reject(new CacheError('overloaded', `${state}, and ${bound}.`));
      };
      if (this.#waiting.size >= maxWaitingCount) {
        shed(`${maxWaitingCount} wait already (maxWaitingCount)`);
        return;
      }
      const begin = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(begin);
        resolve();
      };
      const timer = setTimeout(() => {
        this.#waiting.delete(begin);
        shed(`none ended in time for this one, which waited ${waitTimeoutMs} ms (waitTimeoutMs)`);
      }, waitTimeoutMs);
      this.#waiting.add(begin);
    });
  }
}
