import { AsyncLocalStorage } from 'node:async_hooks';
import type { LookupCounts } from '#shared/lookups.ts';
import { type OwnAddresses, openOwnAddresses } from './probe/ownAddresses.ts';

/**
 * Look-ups of our own that raised keyspace_hits and keyspace_misses of one node, since the server started.
 * `uncertainEpoch` rises whenever some could not be counted (a timeout, a lost connection): between two readings with
 * different epochs the corrected rate is unknown.
 */
export interface OwnLookups extends LookupCounts {
  readonly uncertainEpoch: number;
}

/** Work that may raise the counters of the node. Connections and the key stream enter it by themselves. */
export interface LookupGate {
  /** Runs beside other work, but never while a `quiet` reading is under way. Nested use passes straight through. */
  run<T>(work: () => Promise<T>): Promise<T>;
}

export interface LookupLedger extends LookupGate {
  /**
   * Runs when no look-up is in flight and holds new ones until it ends, so that INFO and our own count are of the same
   * moment. Look-ups that ask later wait, so it is never starved. Refuses to run inside `run`, where it could not end.
   */
  quiet<T>(work: () => Promise<T>): Promise<T>;
  record(counts: LookupCounts): void;
  recordUncertain(): void;
  counts(): OwnLookups;
  /** Where our connections to the node come from. */
  readonly addresses: OwnAddresses;
}

/** One ledger per node; every connection to that node shares it. */
export function openLookupLedger(): LookupLedger {
  return new NodeLedger();
}

class NodeLedger implements LookupLedger {
  readonly addresses = openOwnAddresses();
  readonly #scope = new AsyncLocalStorage<{ isOpen: boolean }>();
  #hits = 0;
  #misses = 0;
  #uncertainEpoch = 0;
  // A command that timed out may still run after the next reading: the interval after that reading is unknown too.
  #isAfterglow = false;
  #inFlightCount = 0;
  #isQuiet = false;
  readonly #waitingQuiets: (() => void)[] = [];
  readonly #waitingRuns: (() => void)[] = [];

  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#isInsideRun()) return work();
    const isHeld = this.#isQuiet || this.#waitingQuiets.length > 0;
    if (isHeld) await new Promise<void>((enter) => this.#waitingRuns.push(enter));
    else this.#inFlightCount += 1;
    const here = { isOpen: true };
    try {
      return await this.#scope.run(here, work);
    } finally {
      here.isOpen = false;
      this.#inFlightCount -= 1;
      this.#passOn();
    }
  }

  async quiet<T>(work: () => Promise<T>): Promise<T> {
    if (this.#isInsideRun()) throw new Error('quiet() inside run() would wait for itself');
    const isHeld = this.#isQuiet || this.#inFlightCount > 0;
    if (isHeld) await new Promise<void>((enter) => this.#waitingQuiets.push(enter));
    else this.#isQuiet = true;
    try {
      return await work();
    } finally {
      this.#isQuiet = false;
      if (this.#isAfterglow) this.#uncertainEpoch += 1;
      this.#isAfterglow = false;
      // Look-ups held by this reading go before the next one, or two pollers could hold them for ever.
      if (this.#waitingRuns.length > 0) this.#admitRuns();
      else this.#passOn();
    }
  }

  record({ hits, misses }: LookupCounts): void {
    this.#hits += hits;
    this.#misses += misses;
  }

  recordUncertain(): void {
    this.#uncertainEpoch += 1;
    this.#isAfterglow = true;
  }

  counts(): OwnLookups {
    return { hits: this.#hits, misses: this.#misses, uncertainEpoch: this.#uncertainEpoch };
  }

  /** False again for work that outlived its `run`, which nothing counts any more. */
  #isInsideRun(): boolean {
    return this.#scope.getStore()?.isOpen === true;
  }

  #passOn(): void {
    if (this.#isQuiet || this.#inFlightCount > 0) return;
    const nextQuiet = this.#waitingQuiets.shift();
    if (nextQuiet === undefined) return;
    this.#isQuiet = true;
    nextQuiet();
  }

  #admitRuns(): void {
    for (const enter of this.#waitingRuns.splice(0)) {
      this.#inFlightCount += 1;
      enter();
    }
  }
}
