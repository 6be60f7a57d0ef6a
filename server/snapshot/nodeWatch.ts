import type { HistoryStore, NodePoint } from '#server/history/historyStore.ts';
import { HISTORY_STEP_MS } from '#server/history/historyStore.ts';
import type { LookupLedger } from '#server/redis/lookupLedger.ts';
import type { RedisConnection } from '#server/redis/redisConnection.ts';
import { deriveNodeEvents, type NodeEvent } from '#server/sources/deriveNodeEvents.ts';
import { deriveNodeFacts } from '#server/sources/deriveNodeFacts.ts';
import { deriveRates, type NodeInterval } from '#server/sources/deriveRates.ts';
import { type InfoReading, readInfo } from '#server/sources/readInfo.ts';
import type { LookupCounts, Lookups } from '#shared/lookups.ts';
import { known, type Reading, type Unknown, unknown } from '#shared/reading.ts';
import type { InfoSection, NodeFacts, NodeRates, NodeSnapshot } from '#shared/snapshot.ts';
import type { TargetId } from '#shared/target.ts';
import { RECENT_MS, RecentIntervals } from './recentIntervals.ts';

export interface NodeWatchOptions {
  readonly targetId: TargetId;
  readonly nodeId: string;
  readonly connection: RedisConnection;
  readonly ledger: LookupLedger;
  readonly history: HistoryStore;
  readonly nowMs: () => number;
}

const NO_RATES: NodeRates = {
  commandsPerSecond: null,
  expiredPerSecond: null,
  evictedPerSecond: null,
  networkInBytesPerSecond: null,
  networkOutBytesPerSecond: null,
  rejectedConnectionsPerSecond: null,
};

/** Rates over less than this are noise: a reading that follows sooner updates the facts only. */
const MIN_INTERVAL_MS = 500;

/**
 * What was counted over as long as this or longer is in no step of the history, since a step would take in the counts of
 * others that stay gaps.
 */
export const UNMEASURED_MS = 1.75 * HISTORY_STEP_MS;

/** A purge of ours may still be what takes keys away so long after it was started or ended. Ours: a long one runs for minutes. */
const PURGED_WITHIN_MS = 3_600_000;
/** Tests that flush over and over put no more than one mark of a kind in this. Ours. */
const FLUSH_MARKS_APART_MS = 60_000;

interface NodeCounts extends LookupCounts {
  readonly own: number;
}

/** Reads INFO of one node over and over: facts, rates, and the look-ups of the last minute less our own. */
export class NodeWatch {
  readonly #options: NodeWatchOptions;
  readonly #recent = new RecentIntervals<NodeCounts>();
  /** The reading that the next interval starts from. */
  #last: InfoReading | null = null;
  #lastReadAtMs: number | null = null;
  #facts: Reading<NodeFacts> = unknown('pending', 'INFO has not been read yet.');
  #rates: NodeRates = NO_RATES;
  readonly #flushMarkedAtMs = new Map<NodeEvent['kind'], number>();
  #whyNoLookups: Unknown = unknown(
    'pending',
    'Two readings of INFO are needed; the second follows within seconds.',
  );

  constructor(options: NodeWatchOptions) {
    this.#options = options;
  }

  /** Reads once. Unknown tells why nothing could be read; what was known before stays, with its age. */
  async read(): Promise<Reading<InfoReading>> {
    const { connection, ledger, nowMs } = this.#options;
    const reading = await readInfo({ connection, ledger, nowMs });
    if (reading.state === 'unknown') {
      if (this.#last === null) this.#facts = reading;
      this.#rates = NO_RATES;
      this.#whyNoLookups = reading;
      return reading;
    }
    this.#facts = deriveFacts(reading.value);
    this.#lastReadAtMs = reading.value.atMs;
    const isTooSoon = this.#last !== null && reading.value.atMs - this.#last.atMs < MIN_INTERVAL_MS;
    if (isTooSoon) return reading;
    const interval = deriveRates(this.#last, reading.value);
    if (this.#last !== null) {
      const between = { previous: this.#last, current: reading.value, kind: interval.kind };
      this.#mark(deriveNodeEvents(between), interval);
    }
    this.#last = reading.value;
    // Over more than the minute that the page speaks of, a mean hides what happened.
    this.#rates = isLong(interval) ? NO_RATES : interval.rates;
    this.#takeIn(interval);
    this.#recordHistory(interval);
    return reading;
  }

  /** When Redis last answered, epoch ms; null = never. */
  lastReadAtMs(): number | null {
    return this.#lastReadAtMs;
  }

  snapshot(): NodeSnapshot {
    this.#recent.dropBefore(this.#options.nowMs() - RECENT_MS);
    return {
      id: this.#options.nodeId,
      facts: this.#facts,
      rates: this.#rates,
      lookups: this.#lookups(),
      ownLookupsPerSecond: this.#ownLookupsPerSecond(),
    };
  }

  info(): Reading<readonly InfoSection[]> {
    if (this.#last === null) return unknown('pending', 'INFO has not been read yet.');
    return known(this.#last.sections, this.#last.atMs, 'INFO');
  }

  #mark(events: readonly NodeEvent[], { fromMs, toMs }: NodeInterval): void {
    const { history, targetId } = this.#options;
    for (const { kind, text, mayBePurge } of events) {
      const purgedSince = { fromMs: fromMs - PURGED_WITHIN_MS, toMs };
      if (mayBePurge && history.marks(targetId, purgedSince).some((mark) => mark.kind === 'purge')) continue;
      if (kind === 'emptied' || kind === 'note') {
        const last = this.#flushMarkedAtMs.get(kind) ?? Number.NEGATIVE_INFINITY;
        if (toMs - last < FLUSH_MARKS_APART_MS) continue;
        this.#flushMarkedAtMs.set(kind, toMs);
      }
      history.recordMark(targetId, { atMs: toMs, kind, text });
    }
  }

  #takeIn(interval: NodeInterval): void {
    const { fromMs, toMs, lookups } = interval;
    if (lookups.state === 'unknown') {
      // A window must not bridge what was not counted.
      this.#recent.clear();
      this.#whyNoLookups = lookups;
      return;
    }
    if (isLong(interval)) {
      this.#recent.clear();
      this.#whyNoLookups = unknown('notEnoughData', 'INFO could not be read for more than a minute.');
      return;
    }
    const own = interval.ownLookupCount ?? 0;
    this.#recent.add({ fromMs, toMs, value: { ...lookups.value, own } });
  }

  #lookups(): Reading<Lookups> {
    const intervals = this.#recent.all();
    const newest = intervals.at(-1);
    if (newest === undefined) return this.#whyNoLookups;
    const hits = intervals.reduce((sum, { value }) => sum + value.hits, 0);
    const misses = intervals.reduce((sum, { value }) => sum + value.misses, 0);
    return known(
      { hits, misses, windowMs: this.#recent.coveredMs() },
      newest.toMs,
      'INFO, own look-ups removed',
    );
  }

  #ownLookupsPerSecond(): number | null {
    const coveredMs = this.#recent.coveredMs();
    if (coveredMs === 0) return null;
    return (this.#recent.all().reduce((sum, { value }) => sum + value.own, 0) * 1_000) / coveredMs;
  }

  #recordHistory(interval: NodeInterval): void {
    const { history, targetId, nodeId } = this.#options;
    if (interval.kind === 'first' || interval.toMs - interval.fromMs >= UNMEASURED_MS) return;
    const counted = interval.lookups.state === 'known' ? interval.lookups.value : null;
    const facts = this.#facts.state === 'known' ? this.#facts.value : null;
    const point: NodePoint = {
      nodeId,
      hits: counted?.hits ?? null,
      misses: counted?.misses ?? null,
      ownLookups: interval.ownLookupCount,
      commands: interval.commandCount,
      expired: interval.expiredCount,
      evicted: interval.evictedCount,
      keyCount: facts?.keyCount ?? null,
      usedMemoryBytes: facts?.usedMemoryBytes ?? null,
      connectedClientCount: facts?.connectedClientCount ?? null,
    };
    history.recordNodes(targetId, stepOf(interval.fromMs, interval.toMs), [point]);
  }
}

function isLong({ fromMs, toMs }: NodeInterval): boolean {
  return toMs - fromMs > RECENT_MS;
}

/** The step of the history that an interval belongs to: the one that holds its middle. */
export function stepOf(fromMs: number, toMs: number): number {
  const middleMs = (fromMs + toMs) / 2;
  return Math.floor(middleMs / HISTORY_STEP_MS) * HISTORY_STEP_MS;
}

function deriveFacts(reading: InfoReading): Reading<NodeFacts> {
  return known(deriveNodeFacts(reading.sections), reading.atMs, 'INFO');
}
