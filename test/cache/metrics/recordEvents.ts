import { Registry } from 'prom-client';
import { CacheEvents } from '#cache/metrics/cacheEvents.ts';
import type { CacheState } from '#cache/metrics/cacheState.ts';
import { type CacheMetrics, recordMetrics } from '#cache/metrics/prometheusMetrics.ts';

export interface Recorded {
  readonly events: CacheEvents;
  readonly registry: Registry;
  readonly recorder: CacheMetrics;
  metrics(): Promise<string>;
}

/** Metrics of a cache named `shop` that is nothing but its events; the time is 100 s. */
export function recordEvents(
  options: { readonly registry?: Registry; readonly readState?: () => CacheState } = {},
): Recorded {
  const events = new CacheEvents();
  const registry = options.registry ?? new Registry();
  const recorder = recordMetrics(events, registry, {
    service: 'shop',
    instance: 'i1',
    version: '1',
    clock: () => 100_000,
    readState: options.readState,
  });
  return { events, registry, recorder, metrics: () => registry.metrics() };
}

/** A healthy cache with both layers, in which nothing waits. */
export const calmState: CacheState = {
  breaker: {
    state: 'closed',
    enteredAtMs: 0,
    callCount: 0,
    failureRatio: null,
    slowCallRatio: null,
    notPermittedCount: 0,
    nextProbeAtMs: null,
    thresholds: { failureRatio: 0.5, slowCallRatio: Infinity, minimumCallCount: 20 },
  },
  refusedWrites: null,
  memory: {
    l1: { entryCount: 3, bytes: 1_200, maxEntries: 10_000, maxBytes: 64_000 },
    fallback: { entryCount: 0, bytes: 0, maxEntries: 1_000, maxBytes: 16_000 },
  },
  loads: { activeCount: 2, waitingCount: 1, shedCount: 0 },
  surge: null,
  coherence: 'live',
  retries: { queuedCount: 0, oldestAtMs: null },
  writeBehind: [],
  deadLetters: [],
  warmers: [],
};
