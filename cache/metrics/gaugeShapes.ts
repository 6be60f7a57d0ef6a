import { metricNames } from '#shared/metricNames.ts';
import { breakerStateLabels, breakerStateNames } from './breakerStateNames.ts';
import type { CacheState, MemoryState } from './cacheState.ts';
import type { WarmTally } from './cacheTally.ts';
import { type MetricShape, ofBreaker, ofCache } from './countShapes.ts';
import { writeRefusals } from './refusedWrites.ts';

export interface GaugeSample {
  /** In the order of the shape's labels. */
  readonly labels: readonly string[];
  readonly value: number;
}

export interface GaugeShape extends MetricShape {
  /** What stands for several caches of one service in one process. */
  readonly combine: (a: number, b: number) => number;
  /** What is unknown has no sample. */
  read(reading: CacheReading): readonly GaugeSample[];
}

export interface MetricsIdentity {
  readonly service: string;
  readonly instance: string;
  readonly version: string;
}

/** One look at a cache. */
export interface CacheReading {
  readonly identity: MetricsIdentity;
  /** When the cache was made, epoch ms. */
  readonly startedAtMs: number;
  readonly warmers: readonly WarmTally[];
  /** Null = nobody says. */
  readonly state: CacheState | null;
  /** Epoch ms. */
  readonly nowMs: number;
}

interface StateShape extends MetricShape {
  readonly combine: (a: number, b: number) => number;
  read(state: CacheState, nowMs: number): readonly GaugeSample[];
}

const sum = (a: number, b: number): number => a + b;

const stateShapes: readonly StateShape[] = [
  {
    ...ofCache(metricNames.size, ['layer'], 'Entries held in this process.'),
    combine: sum,
    read: (state) => ofLayers(state, ({ entryCount }) => entryCount),
  },
  {
    ...ofCache(metricNames.sizeBytes, ['layer'], 'Estimated bytes held in this process.'),
    combine: sum,
    read: (state) => ofLayers(state, ({ bytes }) => bytes),
  },
  {
    ...ofCache(metricNames.maxSize, ['layer'], 'Entries that may be held in this process.'),
    combine: sum,
    read: (state) => ofLayers(state, ({ maxEntries }) => maxEntries),
  },
  {
    ...ofCache(metricNames.maxSizeBytes, ['layer'], 'Estimated bytes that may be held in this process.'),
    combine: sum,
    read: (state) => ofLayers(state, ({ maxBytes }) => maxBytes),
  },
  {
    ...ofBreaker(metricNames.breakerState, ['state'], 'State of the breaker, one-hot.'),
    combine: Math.max,
    read: ({ breaker }) =>
      breakerStateLabels.map((label) => ({
        labels: [label],
        value: label === breakerStateNames[breaker.state] ? 1 : 0,
      })),
  },
  {
    ...ofBreaker(metricNames.breakerCalls, ['kind'], "Calls of the breaker's window."),
    combine: sum,
    read: ({ breaker: { callCount, failureRatio } }) => {
      const failedCount = Math.round(callCount * (failureRatio ?? 0));
      return [
        { labels: ['successful'], value: callCount - failedCount },
        { labels: ['failed'], value: failedCount },
      ];
    },
  },
  {
    ...ofBreaker(metricNames.breakerFailureRate, [], 'Failed calls of the window, percent.'),
    combine: Math.max,
    read: ({ breaker }) => known([], asPercent(breaker.failureRatio)),
  },
  {
    ...ofBreaker(metricNames.breakerSlowCallRate, [], 'Slow calls of the window, percent.'),
    combine: Math.max,
    read: ({ breaker }) => known([], asPercent(breaker.slowCallRatio)),
  },
  {
    ...ofBreaker(metricNames.breakerFailureRateThreshold, [], 'Percent of failed calls that opens it.'),
    combine: Math.min,
    read: ({ breaker: { thresholds } }) => known([], asPercent(finite(thresholds.failureRatio))),
  },
  {
    ...ofBreaker(metricNames.breakerSlowCallRateThreshold, [], 'Percent of slow calls that opens it.'),
    combine: Math.min,
    read: ({ breaker: { thresholds } }) => known([], asPercent(finite(thresholds.slowCallRatio))),
  },
  {
    ...ofBreaker(metricNames.breakerMinimumCalls, [], 'Calls from which on the rates count.'),
    combine: Math.min,
    read: ({ breaker: { thresholds } }) => known([], finite(thresholds.minimumCallCount)),
  },
  {
    ...ofBreaker(metricNames.breakerStateSince, [], 'Since when it has been in its state, epoch seconds.'),
    combine: Math.max,
    read: ({ breaker }) => known([], breaker.enteredAtMs / 1_000),
  },
  {
    ...ofCache(metricNames.writesRefused, ['reason'], 'Whether Redis answers and refuses writes, and why.'),
    combine: Math.max,
    read: ({ refusedWrites }) =>
      writeRefusals.map((reason) => ({ labels: [reason], value: Number(reason === refusedWrites) })),
  },
  {
    ...ofCache(metricNames.coherenceState, ['state'], 'Whether invalidations of the others arrive, one-hot.'),
    combine: Math.max,
    read: ({ coherence }) =>
      coherence === null
        ? []
        : ['live', 'lost'].map((label) => ({ labels: [label], value: label === coherence ? 1 : 0 })),
  },
  {
    ...ofCache(metricNames.loadsActive, [], 'Loads of the source under way.'),
    combine: sum,
    read: ({ loads }) => known([], loads.activeCount),
  },
  {
    ...ofCache(metricNames.loadsWaiting, [], 'Loads that wait for a slot.'),
    combine: sum,
    read: ({ loads }) => known([], loads.waitingCount),
  },
  {
    ...ofCache(metricNames.surgeLimiting, [], 'Whether loads are held to a rate after an outage.'),
    combine: Math.max,
    read: ({ surge }) => known([], surge && Number(surge.isLimiting)),
  },
  {
    ...ofCache(metricNames.retriesQueued, [], 'Invalidations that wait to be done again.'),
    combine: sum,
    read: ({ retries }) => known([], retries.queuedCount),
  },
  {
    ...ofCache(metricNames.retriesOldestAge, [], 'How long the oldest of them has waited, seconds.'),
    combine: Math.max,
    read: ({ retries }, nowMs) => known([], ageSeconds(retries.oldestAtMs, nowMs)),
  },
  {
    ...ofCache(metricNames.writeBehindQueued, ['family'], 'Changes that wait to be written.'),
    combine: Math.max,
    read: ({ writeBehind }) => writeBehind.flatMap(({ family, queuedCount }) => known([family], queuedCount)),
  },
  {
    ...ofCache(
      metricNames.writeBehindOldestAge,
      ['family'],
      'How long the oldest change has waited, seconds.',
    ),
    combine: Math.max,
    read: ({ writeBehind }) =>
      writeBehind.flatMap(({ family, oldestAtMs, readAtMs }) =>
        known([family], ageSeconds(oldestAtMs, readAtMs)),
      ),
  },
  {
    ...ofCache(metricNames.deadLetters, ['queue', 'stream'], 'Entries of a dead-letter stream.'),
    combine: Math.max,
    read: ({ deadLetters }) =>
      deadLetters.flatMap(({ queue, count, stream }) => known([queue, stream ?? ''], count)),
  },
];

const warmShapes: readonly GaugeShape[] = [
  {
    ...ofCache(metricNames.warmRunning, ['warmer'], 'Whether the warmer runs in this process.'),
    combine: Math.max,
    read: ({ warmers }) =>
      warmers.map(({ warmer, state }) => ({ labels: [warmer], value: Number(isRunning(state)) })),
  },
  {
    ...ofCache(metricNames.warmDone, ['warmer'], 'Entries done in the last run in this process.'),
    combine: Math.max,
    read: ({ warmers }) => warmers.map(({ warmer, doneCount }) => ({ labels: [warmer], value: doneCount })),
  },
  {
    ...ofCache(metricNames.warmPlanned, ['warmer'], 'Entries planned in that run.'),
    combine: Math.max,
    read: ({ warmers }) =>
      warmers.map(({ warmer, plannedCount }) => ({ labels: [warmer], value: plannedCount })),
  },
];

const infoShape: GaugeShape = {
  ...ofCache(metricNames.info, ['service', 'instance', 'version'], 'Who exports these metrics; always 1.'),
  combine: Math.max,
  read: ({ identity: { service, instance, version } }) => [
    { labels: [service, instance, version], value: 1 },
  ],
};

const startShape: GaugeShape = {
  ...ofCache(metricNames.startTime, [], 'When the cache was made, epoch seconds.'),
  combine: Math.min,
  read: ({ startedAtMs }) => known([], startedAtMs / 1_000),
};

/** The gauges that tell how a cache stands. */
export const gaugeShapes: readonly GaugeShape[] = [
  infoShape,
  startShape,
  ...warmShapes,
  ...stateShapes.map(({ read, ...shape }) => ({
    ...shape,
    read: ({ state, nowMs }: CacheReading) => (state === null ? [] : read(state, nowMs)),
  })),
];

function isRunning(state: WarmTally['state']): boolean {
  return state === 'started' || state === 'progressed';
}

function ofLayers({ memory }: CacheState, read: (layer: MemoryState) => number): readonly GaugeSample[] {
  return [
    ...known(['l1'], memory.l1 && read(memory.l1)),
    ...known(['memory'], memory.fallback && read(memory.fallback)),
  ];
}

/** No sample for null. */
function known(labels: readonly string[], value: number | null): readonly GaugeSample[] {
  return value === null ? [] : [{ labels, value }];
}

/** resilience4j's unit. */
function asPercent(ratio: number | null): number | null {
  return ratio === null ? null : ratio * 100;
}

/** Infinity turns a bound off, so that there is none to tell. */
function finite(bound: number): number | null {
  return Number.isFinite(bound) ? bound : null;
}

function ageSeconds(sinceMs: number | null, nowMs: number): number | null {
  return sinceMs === null ? null : Math.max(0, nowMs - sinceMs) / 1_000;
}
