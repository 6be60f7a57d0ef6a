import type {
  AnnouncedMemory,
  AnnouncedState,
  AnnouncedThresholds,
  AnnouncedWarmer,
  CountedSeries,
  InstanceSnapshot,
  PatternCounts,
} from '#shared/control/instanceSnapshot.ts';
import type { CacheState, MemoryState } from './cacheState.ts';
import type { CacheTally } from './cacheTally.ts';
import { type CountName, countNames, countShapes } from './countShapes.ts';
import type { MetricsIdentity } from './gaugeShapes.ts';

/** A snapshot without what its publisher adds. */
export type Numbers = Omit<InstanceSnapshot, 'everyMs' | 'metricsUrl' | 'takesCommands' | 'controlUrl'>;

export interface SnapshotHead extends MetricsIdentity {
  readonly startedAtMs: number;
  readonly atMs: number;
}

/** What the metrics show, as one object. */
export function prepareSnapshot(tally: CacheTally, state: CacheState | null, head: SnapshotHead): Numbers {
  const { service, instance, version, startedAtMs, atMs } = head;
  return {
    v: 1,
    ...{ service, instance, version, startedAtMs, atMs },
    patterns: patternsOf(tally),
    counts: countsOf(tally),
    lags: [...tally.lags].map(([event, { count, totalMs }]) => ({ event, count, totalMs })),
    warmers: warmersOf(tally, state?.warmers ?? []),
    state: state && announcedState(state),
  };
}

function patternsOf({ counts, loads }: CacheTally): readonly PatternCounts[] {
  const patterns = new Map<string, { -readonly [Name in keyof PatternCounts]: PatternCounts[Name] }>();
  const open = (pattern: string) => {
    const found = patterns.get(pattern) ?? { pattern, ...NOTHING };
    patterns.set(pattern, found);
    return found;
  };
  for (const { labels, count } of counts.gets.cells()) {
    const [pattern = '', result] = labels;
    open(pattern)[result === 'hit' ? 'hits' : 'misses'] += count;
  }
  for (const { labels, count } of counts.puts.cells()) open(labels[0] ?? '').puts += count;
  for (const [pattern, { successCount, failureCount, totalMs }] of loads) {
    const found = open(pattern);
    found.loads = successCount + failureCount;
    found.loadFailures = failureCount;
    found.loadMs = Math.round(totalMs);
  }
  return [...patterns.values()];
}

const NOTHING = { hits: 0, misses: 0, loads: 0, loadFailures: 0, loadMs: 0, puts: 0 };

/** Told by fields of their own. */
const TOLD_APART: readonly CountName[] = ['gets', 'puts', 'breakerNotPermitted'];

/** What an older release does not count: without a 0 nobody could tell it from one that missed, or replayed, nothing. */
const TOLD_AT_ZERO: readonly CountName[] = ['broadcasts', 'events'];

function countsOf({ counts }: CacheTally): readonly CountedSeries[] {
  return countNames()
    .filter((key) => !TOLD_APART.includes(key))
    .flatMap((key) =>
      [...counts[key].cells()]
        .filter(({ count }) => count > 0 || TOLD_AT_ZERO.includes(key))
        .map(({ labels, count }) => ({ name: countShapes[key].name, labels, count })),
    );
}

/** Those that are declared, and those that ran. */
function warmersOf(tally: CacheTally, declared: readonly string[]): readonly AnnouncedWarmer[] {
  const idle = declared
    .filter((warmer) => !tally.warmers.has(warmer))
    .map((warmer) => ({ warmer, state: 'idle', doneCount: 0, plannedCount: 0, atMs: null }) as const);
  const run = [...tally.warmers.values()].map(({ warmer, state, doneCount, plannedCount, atMs }) => ({
    ...{ warmer, state, doneCount, plannedCount, atMs },
  }));
  return [...idle, ...run];
}

function announcedState(state: CacheState): AnnouncedState {
  const { breaker, memory, loads, surge, coherence, retries, writeBehind, deadLetters } = state;
  return {
    breaker: {
      state: breaker.state,
      enteredAtMs: breaker.enteredAtMs,
      callCount: breaker.callCount,
      failureRatio: breaker.failureRatio,
      slowCallRatio: breaker.slowCallRatio,
      notPermittedCount: breaker.notPermittedCount,
      nextProbeAtMs: breaker.nextProbeAtMs,
      thresholds: announcedThresholds(breaker.thresholds),
    },
    l1: memory.l1 && announcedMemory(memory.l1),
    fallback: memory.fallback && announcedMemory(memory.fallback),
    loads: { activeCount: loads.activeCount, waitingCount: loads.waitingCount },
    isSurgeLimited: surge === null ? null : surge.isLimiting,
    coherence,
    retries: { queuedCount: retries.queuedCount, oldestAtMs: retries.oldestAtMs },
    writeBehind: writeBehind.map(({ family, queuedCount, oldestAtMs }) => ({
      name: family,
      queuedCount,
      oldestAtMs,
    })),
    deadLetters: deadLetters.map(({ queue, count, stream }) => ({
      name: queue,
      queuedCount: count,
      oldestAtMs: null,
      stream,
    })),
  };
}

/** Infinity, which turns a bound off, has no form in JSON. */
function announcedThresholds(thresholds: CacheState['breaker']['thresholds']): AnnouncedThresholds {
  const { failureRatio, slowCallRatio, minimumCallCount } = thresholds;
  const told = (bound: number) => (Number.isFinite(bound) ? bound : null);
  return {
    failureRatio: told(failureRatio),
    slowCallRatio: told(slowCallRatio),
    minimumCallCount: told(minimumCallCount),
  };
}

function announcedMemory({ entryCount, bytes, maxEntries, maxBytes }: MemoryState): AnnouncedMemory {
  return { entryCount, bytes, maxEntries, maxBytes };
}
