import { type MessagePart, parseMessage } from './messagePart.ts';
import { ownKeyName } from './ownKeys.ts';

/** Traffic of one key pattern since the instance started. */
export interface PatternCounts {
  /** The label `key_pattern`. */
  readonly pattern: string;
  readonly hits: number;
  readonly misses: number;
  /** Loads that ended, failed ones included. */
  readonly loads: number;
  readonly loadFailures: number;
  /** Duration of all loads together, ms. */
  readonly loadMs: number;
  readonly puts: number;
}

/** One series of another counter of the metrics, as it stands. */
export interface CountedSeries {
  /** A name of shared/metricNames.ts. */
  readonly name: string;
  /** Values of its labels in the order in which they are declared there, without `cache` or `name`. */
  readonly labels: readonly string[];
  readonly count: number;
}

export const announcedBreakerStates = ['closed', 'halfOpen', 'open', 'forcedOpen', 'disabled'] as const;

/** From which shares of slow and failed calls on a breaker opens, and from how many calls on they count; null = never by it. */
export interface AnnouncedThresholds {
  readonly failureRatio: number | null;
  readonly slowCallRatio: number | null;
  readonly minimumCallCount: number | null;
}

/** What an instance says of its breaker. Ratios are of the window's calls, 0 to 1; null without calls. */
export interface AnnouncedBreaker {
  readonly state: (typeof announcedBreakerStates)[number];
  readonly enteredAtMs: number;
  readonly callCount: number;
  readonly failureRatio: number | null;
  readonly slowCallRatio: number | null;
  readonly notPermittedCount: number;
  /** Null when the breaker is not open. */
  readonly nextProbeAtMs: number | null;
  /** Null = an older library, which does not say. */
  readonly thresholds: AnnouncedThresholds | null;
}

/** What one layer of memory holds and may hold; bytes are an estimate. */
export interface AnnouncedMemory {
  readonly entryCount: number;
  readonly bytes: number;
  readonly maxEntries: number;
  readonly maxBytes: number;
}

/** Changes or messages that wait; null = Redis did not say, for `oldestAtMs` also that none waits. */
export interface AnnouncedQueue {
  readonly name: string;
  readonly queuedCount: number | null;
  readonly oldestAtMs: number | null;
}

export interface AnnouncedLetters extends AnnouncedQueue {
  /** Of events, the stream that they were read from; null = of none, kept in another Redis, or an older library, which does not say. */
  readonly stream: string | null;
}

/** How an instance stands. */
export interface AnnouncedState {
  readonly breaker: AnnouncedBreaker;
  /** Null = the layer is off. */
  readonly l1: AnnouncedMemory | null;
  readonly fallback: AnnouncedMemory | null;
  /** Loads of the source. */
  readonly loads: { readonly activeCount: number; readonly waitingCount: number };
  /** Whether loads are held to a rate after an outage; null = there is no such limit. */
  readonly isSurgeLimited: boolean | null;
  /** Whether invalidations of the other instances arrive; null = nothing depends on it. */
  readonly coherence: 'live' | 'lost' | null;
  /** Invalidations that Redis did not confirm. */
  readonly retries: { readonly queuedCount: number; readonly oldestAtMs: number | null };
  readonly writeBehind: readonly AnnouncedQueue[];
  readonly deadLetters: readonly AnnouncedLetters[];
}

/** Lag of the applied events of one name since the instance started. */
export interface AnnouncedLag {
  readonly event: string;
  readonly count: number;
  readonly totalMs: number;
}

export const announcedWarmStates = [
  'idle',
  'started',
  'progressed',
  'completed',
  'cancelled',
  'stopped',
  'failed',
  'leased',
] as const;

/** The last run of a warmer in this instance; `idle` = none yet. */
export interface AnnouncedWarmer {
  readonly warmer: string;
  readonly state: (typeof announcedWarmStates)[number];
  readonly doneCount: number;
  readonly plannedCount: number;
  /** When it was told so, epoch ms; null = it has not run, or an older library, which does not say. */
  readonly atMs: number | null;
}

/**
 * The numbers of one instance, for services without a port to scrape. Counts are since `startedAtMs`, which tells a restart
 * from a count that fell. It holds neither keys, nor tags, nor values.
 */
export interface InstanceSnapshot {
  /** Version of this format. */
  readonly v: 1;
  readonly service: string;
  readonly instance: string;
  /** Release of the service. */
  readonly version: string;
  readonly startedAtMs: number;
  readonly atMs: number;
  readonly patterns: readonly PatternCounts[];
  /** All other counters; of those at 0 only messages between instances, which older releases do not tell. */
  readonly counts: readonly CountedSeries[];
  readonly lags: readonly AnnouncedLag[];
  readonly warmers: readonly AnnouncedWarmer[];
  /** Null = not known. */
  readonly state: AnnouncedState | null;
  /** How often it is written, ms; it expires after three times that. */
  readonly everyMs: number;
  /** Where the instance can be scraped; null = nowhere. */
  readonly metricsUrl: string | null;
  /** Whether it listens for commands; null = an older library, which does not say. */
  readonly takesCommands: boolean | null;
  /** Where it takes commands over HTTP; null = nowhere, or an older library. */
  readonly controlUrl: string | null;
}

/** Key of the snapshot of one instance: a string, JSON, with a TTL. */
export function instanceSnapshotKey(prefix: string, instance: string): string {
  return ownKeyName(prefix, `instance:${instance}`);
}

/** Key of a sorted set: names of instances by when they wrote their snapshot last, epoch ms. */
export function instancesKey(prefix: string): string {
  return ownKeyName(prefix, 'instances');
}

/** Null when the text is no snapshot, or one of a later format. */
export function parseInstanceSnapshot(text: string): InstanceSnapshot | null {
  return parseMessage(text, readInstanceSnapshot);
}

/** The same as a part of another message. */
export function readInstanceSnapshot(part: MessagePart): InstanceSnapshot {
  return {
    v: part.version(1),
    service: part.text('service'),
    instance: part.text('instance'),
    version: part.text('version'),
    startedAtMs: part.number('startedAtMs'),
    atMs: part.number('atMs'),
    patterns: part.parts('patterns', readPattern),
    counts: part.parts('counts', (series) => ({
      name: series.text('name'),
      labels: series.texts('labels'),
      count: series.number('count'),
    })),
    lags: part.parts('lags', (lag) => ({
      event: lag.text('event'),
      count: lag.number('count'),
      totalMs: lag.number('totalMs'),
    })),
    warmers: part.parts('warmers', (warmer) => ({
      warmer: warmer.text('warmer'),
      state: warmer.one('state', announcedWarmStates),
      doneCount: warmer.number('doneCount'),
      plannedCount: warmer.number('plannedCount'),
      atMs: warmer.nullable('atMs', (name) => warmer.number(name)),
    })),
    state: part.nullable('state', (name) => part.part(name, readState)),
    everyMs: part.number('everyMs'),
    metricsUrl: part.nullable('metricsUrl', (name) => part.text(name)),
    takesCommands: part.nullable('takesCommands', (name) => part.flag(name)),
    controlUrl: part.nullable('controlUrl', (name) => part.text(name)),
  };
}

function readPattern(part: MessagePart): PatternCounts {
  return {
    pattern: part.text('pattern'),
    hits: part.number('hits'),
    misses: part.number('misses'),
    loads: part.number('loads'),
    loadFailures: part.number('loadFailures'),
    loadMs: part.number('loadMs'),
    puts: part.number('puts'),
  };
}

function readState(part: MessagePart): AnnouncedState {
  return {
    breaker: part.part('breaker', readBreaker),
    l1: part.nullable('l1', (name) => part.part(name, readMemory)),
    fallback: part.nullable('fallback', (name) => part.part(name, readMemory)),
    loads: part.part('loads', (loads) => ({
      activeCount: loads.number('activeCount'),
      waitingCount: loads.number('waitingCount'),
    })),
    isSurgeLimited: part.nullable('isSurgeLimited', (name) => part.flag(name)),
    coherence: part.nullable('coherence', (name) => part.one(name, ['live', 'lost'])),
    retries: part.part('retries', (retries) => ({
      queuedCount: retries.number('queuedCount'),
      oldestAtMs: retries.nullable('oldestAtMs', (name) => retries.number(name)),
    })),
    writeBehind: part.parts('writeBehind', readQueue),
    deadLetters: part.parts('deadLetters', (letters) => ({
      ...readQueue(letters),
      stream: letters.nullable('stream', (name) => letters.text(name)),
    })),
  };
}

function readBreaker(part: MessagePart): AnnouncedBreaker {
  return {
    state: part.one('state', announcedBreakerStates),
    enteredAtMs: part.number('enteredAtMs'),
    callCount: part.number('callCount'),
    failureRatio: part.nullable('failureRatio', (name) => part.number(name)),
    slowCallRatio: part.nullable('slowCallRatio', (name) => part.number(name)),
    notPermittedCount: part.number('notPermittedCount'),
    nextProbeAtMs: part.nullable('nextProbeAtMs', (name) => part.number(name)),
    thresholds: part.nullable('thresholds', (name) => part.part(name, readThresholds)),
  };
}

function readThresholds(part: MessagePart): AnnouncedThresholds {
  return {
    failureRatio: part.nullable('failureRatio', (name) => part.number(name)),
    slowCallRatio: part.nullable('slowCallRatio', (name) => part.number(name)),
    minimumCallCount: part.nullable('minimumCallCount', (name) => part.number(name)),
  };
}

function readMemory(part: MessagePart): AnnouncedMemory {
  return {
    entryCount: part.number('entryCount'),
    bytes: part.number('bytes'),
    maxEntries: part.number('maxEntries'),
    maxBytes: part.number('maxBytes'),
  };
}

function readQueue(part: MessagePart): AnnouncedQueue {
  return {
    name: part.text('name'),
    queuedCount: part.nullable('queuedCount', (name) => part.number(name)),
    oldestAtMs: part.nullable('oldestAtMs', (name) => part.number(name)),
  };
}
