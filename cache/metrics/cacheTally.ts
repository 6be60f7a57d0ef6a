import { OTHER_PATTERN } from '#shared/metricNames.ts';
import { ageClassOf } from './ageClass.ts';
import { BoundedNames } from './boundedNames.ts';
import { breakerStateNames } from './breakerStateNames.ts';
import type { CacheEventMap, CacheEvents } from './cacheEvents.ts';
import { type CountName, countShapes } from './countShapes.ts';
import { addTo, type Cell, LabelledCount } from './labelledCount.ts';

/** Told what is kept as a distribution. */
export interface TimeObserver {
  load(pattern: string, result: 'success' | 'failure', durationMs: number): void;
  ttl(pattern: string, ttlSeconds: number): void;
  eventLag(event: string, lagMs: number): void;
  /** Entries that one applied event removed. */
  eventFanOut(event: string, count: number): void;
}

export interface LoadTally {
  successCount: number;
  failureCount: number;
  /** Of both. */
  totalMs: number;
}

export interface LagTally {
  count: number;
  totalMs: number;
}

export type WarmTally = CacheEventMap['warm'] & { readonly atMs: number };

interface ResultCells {
  readonly hit: Cell;
  readonly miss: Cell;
}

/** Where the look-ups of one pattern are counted. */
interface LookupCells {
  readonly pattern: string;
  readonly name: string;
  readonly all: ResultCells;
  /** Opened when the layer is first asked. */
  readonly layers: { l1: ResultCells | null; l2: ResultCells | null; memory: ResultCells | null };
}

/**
 * Most patterns, and names declared in code, that a cache tells apart; the rest counts as `other`. Ours: a pattern has up to
 * 95 series, and 500 keep a page below the 50,000 that the server takes.
 */
const MAX_NAMES = 500;

/**
 * Counts the events of one cache in plain numbers; metrics and snapshots are read from it. What a look-up costs here is two
 * additions, since a labelled counter of prom-client costs 340 ns.
 */
export class CacheTally {
  readonly counts: Readonly<Record<CountName, LabelledCount>> = openCounts();
  readonly loads = new Map<string, LoadTally>();
  readonly lags = new Map<string, LagTally>();
  /** The last word of each warmer in this process. */
  readonly warmers = new Map<string, WarmTally>();
  readonly #patterns = new BoundedNames(MAX_NAMES, OTHER_PATTERN);
  readonly #names = new BoundedNames(MAX_NAMES, OTHER_PATTERN);
  readonly #lookups = new Map<string, LookupCells>();
  readonly #observer: TimeObserver;
  readonly #clock: () => number;
  readonly #endings: (() => void)[] = [];

  constructor(events: CacheEvents, observer: TimeObserver, clock: () => number) {
    this.#observer = observer;
    this.#clock = clock;
    this.#countLookups(events);
    this.#countReads(events);
    this.#countLoads(events);
    this.#countWrites(events);
    this.#countCoherence(events);
    this.#countWork(events);
  }

  /** Counts no more; what was counted stays. */
  end(): void {
    for (const end of this.#endings) end();
  }

  #countLookups(events: CacheEvents): void {
    const lookups = this.#lookups;
    // A hit of L1 tells two events of one pattern, of which the second need not search for it.
    let last: LookupCells | null = null;
    const cellsFor = (pattern: string): LookupCells => {
      if (last !== null && last.pattern === pattern) return last;
      last = lookups.get(pattern) ?? this.#openLookups(pattern);
      return last;
    };
    this.#on(events, 'lookup', ({ pattern, result, reason }) => {
      const cells = cellsFor(pattern);
      if (result === 'hit') cells.all.hit.count += 1;
      else cells.all.miss.count += 1;
      if (reason !== undefined) this.counts.misses.cell(cells.name, reason).count += 1;
    });
    this.#on(events, 'layerLookup', ({ pattern, layer, result }) => {
      const { layers, name } = cellsFor(pattern);
      layers[layer] ??= resultCells(this.counts.layerGets, name, layer);
      if (result === 'hit') layers[layer].hit.count += 1;
      else layers[layer].miss.count += 1;
    });
  }

  #openLookups(pattern: string): LookupCells {
    const name = this.#patterns.of(pattern);
    const all = resultCells(this.counts.gets, name);
    const cells = { pattern, name, all, layers: { l1: null, l2: null, memory: null } };
    // What is past the bound is not remembered: that would grow as well.
    if (name === pattern) this.#lookups.set(pattern, cells);
    return cells;
  }

  #countReads(events: CacheEvents): void {
    const { counts } = this;
    const patterns = this.#patterns;
    this.#on(events, 'coalesced', ({ pattern }) => {
      counts.coalesced.cell(patterns.of(pattern)).count += 1;
    });
    this.#on(events, 'negativeServed', ({ pattern }) => {
      counts.negativeServed.cell(patterns.of(pattern)).count += 1;
    });
    this.#on(events, 'staleServed', ({ pattern, reason }) => {
      counts.staleServed.cell(patterns.of(pattern), reason).count += 1;
    });
    this.#on(events, 'refreshed', ({ pattern, reason, result }) => {
      counts.refreshes.cell(patterns.of(pattern), reason, result).count += 1;
    });
    this.#on(events, 'scopeViolation', ({ pattern }) => {
      counts.scopeViolations.cell(patterns.of(pattern)).count += 1;
    });
    this.#on(events, 'shed', ({ pattern, reason }) => {
      counts.shed.cell(patterns.of(pattern), reason).count += 1;
    });
    this.#on(events, 'fallback', ({ operation, code }) => {
      counts.errors.cell(operation, code).count += 1;
    });
  }

  #countLoads(events: CacheEvents): void {
    const patterns = this.#patterns;
    this.#on(events, 'loaded', ({ pattern, result, durationMs }) => {
      const name = patterns.of(pattern);
      const load = opened(this.loads, name, { successCount: 0, failureCount: 0, totalMs: 0 });
      if (result === 'success') load.successCount += 1;
      else load.failureCount += 1;
      load.totalMs += durationMs;
      this.#observer.load(name, result, durationMs);
    });
  }

  #countWrites(events: CacheEvents): void {
    const { counts } = this;
    const patterns = this.#patterns;
    this.#on(events, 'stored', ({ pattern, ttlSeconds }) => {
      const name = patterns.of(pattern);
      counts.puts.cell(name).count += 1;
      this.#observer.ttl(name, ttlSeconds);
    });
    this.#on(events, 'outdated', ({ pattern }) => {
      counts.outdatedStores.cell(patterns.of(pattern)).count += 1;
    });
    this.#on(events, 'removed', ({ pattern, source, count }) => {
      addTo(counts.removals.cell(patterns.of(pattern), source), count);
    });
    this.#on(events, 'evicted', ({ layer, cause, count }) => {
      addTo(counts.evictions.cell(layer, cause), count);
    });
    this.#on(events, 'invalidated', ({ source }) => {
      counts.invalidations.cell(source).count += 1;
    });
    this.#on(events, 'retry', ({ source, state }) => {
      counts.retries.cell(source, state).count += 1;
    });
  }

  #countCoherence(events: CacheEvents): void {
    const { counts } = this;
    // Also at 0: without them, an older release and one that missed nothing would look alike.
    for (const direction of ['missed', 'duplicate']) counts.broadcasts.cell(direction);
    this.#on(events, 'broadcast', ({ direction, count }) => {
      addTo(counts.broadcasts.cell(direction), count);
    });
    this.#on(events, 'coherence', ({ state }) => {
      counts.coherenceChanges.cell(state).count += 1;
    });
    this.#on(events, 'breaker', ({ to, reason }) => {
      counts.breakerTransitions.cell(breakerStateNames[to], reason).count += 1;
    });
  }

  #countWork(events: CacheEvents): void {
    const { counts } = this;
    const names = this.#names;
    this.#on(events, 'writeBehind', ({ family, state, count }) => {
      addTo(counts.writeBehind.cell(names.of(family), state), count);
    });
    this.#on(events, 'event', ({ event, state, count, lagMs, fanOut }) => {
      const name = names.of(event);
      // Also at 0: without it, an older release and one that was given nothing again would look alike.
      counts.events.cell(name, 'replayed');
      addTo(counts.events.cell(name, state), count);
      addTo(counts.eventFanOut.cell(name), fanOut);
      if (state === 'applied') this.#observer.eventFanOut(name, fanOut);
      if (lagMs !== null) this.#countLag(name, lagMs);
    });
    this.#on(events, 'warm', (event) => {
      const name = names.of(event.warmer);
      // What another instance ran says nothing of the last run of this one.
      if (event.state !== 'leased' || !this.warmers.has(name)) {
        this.warmers.set(name, { ...event, warmer: name, atMs: this.#clock() });
      }
      if (event.state !== 'progressed') counts.warmRuns.cell(name, event.state).count += 1;
    });
    this.#on(events, 'verified', ({ pattern, result, ageMs }) => {
      counts.verified.cell(this.#patterns.of(pattern), result, ageClassOf(ageMs)).count += 1;
    });
  }

  /** A clock of another instance that runs ahead makes no lag below 0. */
  #countLag(name: string, givenMs: number): void {
    if (!Number.isFinite(givenMs)) return;
    const lagMs = Math.max(0, givenMs);
    const lag = opened(this.lags, name, { count: 0, totalMs: 0 });
    lag.count += 1;
    lag.totalMs += lagMs;
    this.#observer.eventLag(name, lagMs);
  }

  #on<Name extends keyof CacheEventMap>(
    events: CacheEvents,
    name: Name,
    listener: (event: CacheEventMap[Name]) => void,
  ): void {
    this.#endings.push(events.on(name, listener));
  }
}

function resultCells(count: LabelledCount, ...labels: readonly string[]): ResultCells {
  return { hit: count.cell(...labels, 'hit'), miss: count.cell(...labels, 'miss') };
}

function opened<Tally>(tallies: Map<string, Tally>, name: string, empty: Tally): Tally {
  const found = tallies.get(name);
  if (found !== undefined) return found;
  tallies.set(name, empty);
  return empty;
}

function openCounts(): Readonly<Record<CountName, LabelledCount>>;
function openCounts(): Readonly<Record<string, LabelledCount>> {
  return Object.fromEntries(Object.keys(countShapes).map((name) => [name, new LabelledCount()]));
}
