import { AsyncLocalStorage } from 'node:async_hooks';
import type { LookupCounts } from '#shared/lookups.ts';

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
}

/** One ledger per node; every connection to that node shares it. */
export function openLookupLedger(): LookupLedger {
  const scope = new AsyncLocalStorage<{ isOpen: boolean }>();
  let hits = 0;
  let misses = 0;
  let uncertainEpoch = 0;
  // A command that timed out may still run after the next reading: the interval after that reading is unknown too.
  let isAfterglow = false;
  let inFlightCount = 0;
  let isQuiet = false;
  const waitingQuiets: (() => void)[] = [];
  const waitingRuns: (() => void)[] = [];

  function passOn(): void {
    if (isQuiet) return;
    if (inFlightCount === 0) {
      const nextQuiet = waitingQuiets.shift();
      if (nextQuiet !== undefined) {
        isQuiet = true;
        nextQuiet();
        return;
      }
    }
    if (waitingQuiets.length === 0) admitRuns();
  }

  function admitRuns(): void {
    for (const enter of waitingRuns.splice(0)) {
      inFlightCount += 1;
      enter();
    }
  }

  async function run<T>(work: () => Promise<T>): Promise<T> {
    if (scope.getStore()?.isOpen === true) return work();
    if (isQuiet || waitingQuiets.length > 0) await new Promise<void>((enter) => waitingRuns.push(enter));
    else inFlightCount += 1;
    const here = { isOpen: true };
    try {
      return await scope.run(here, work);
    } finally {
      here.isOpen = false;
      inFlightCount -= 1;
      passOn();
    }
  }

  async function quiet<T>(work: () => Promise<T>): Promise<T> {
    if (scope.getStore()?.isOpen === true) throw new Error('quiet() inside run() would wait for itself');
    if (isQuiet || inFlightCount > 0) await new Promise<void>((enter) => waitingQuiets.push(enter));
    else isQuiet = true;
    try {
      return await work();
    } finally {
      isQuiet = false;
      if (isAfterglow) uncertainEpoch += 1;
      isAfterglow = false;
      // Look-ups held by this reading go before the next one, or two pollers could hold them for ever.
      if (waitingRuns.length > 0 && waitingQuiets.length > 0) admitRuns();
      else passOn();
    }
  }

  return {
    run,
    quiet,
    record(counts) {
      hits += counts.hits;
      misses += counts.misses;
    },
    recordUncertain() {
      uncertainEpoch += 1;
      isAfterglow = true;
    },
    counts: () => ({ hits, misses, uncertainEpoch }),
  };
}
