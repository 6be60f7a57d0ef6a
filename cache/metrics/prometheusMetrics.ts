import type { Registry } from 'prom-client';
import type { CacheEvents } from './cacheEvents.ts';
import type { CacheState } from './cacheState.ts';
import { CacheTally, type TimeObserver } from './cacheTally.ts';
import type { MetricsIdentity } from './gaugeShapes.ts';
import { type Numbers, prepareSnapshot } from './prepareSnapshot.ts';
import { openRegistryMetrics } from './registryMetrics.ts';

export type { MetricsIdentity } from './gaugeShapes.ts';

export interface MetricsSource extends MetricsIdentity {
  /** Now, epoch ms. */
  readonly clock: () => number;
  /** How the cache stands. Without it there are counts and distributions, but no gauges of its state. */
  readonly readState?: (() => CacheState) | undefined;
}

export interface CacheMetrics {
  /** The same numbers in a form that fits into one key of Redis: neither keys, nor tags, nor values. */
  snapshot(): Numbers;
  /** Counts no more and forgets the cache. What was counted stays in the registry; its gauges go. */
  end(): void;
}

/**
 * Counts the events of one cache under the names of shared/metricNames.ts. Several caches may share a registry: the label
 * `cache` tells services apart, and what caches of one service count is added up.
 */
export function recordMetrics(events: CacheEvents, registry: Registry, source: MetricsSource): CacheMetrics {
  const { service, instance, version, clock } = source;
  const identity = { service, instance, version };
  const metrics = openRegistryMetrics(registry);
  const cache = service;
  const observer: TimeObserver = {
    load: (key_pattern, result, durationMs) =>
      metrics.loads.observe({ cache, key_pattern, result }, durationMs / 1_000),
    ttl: (key_pattern, ttlSeconds) => metrics.ttls.observe({ cache, key_pattern }, ttlSeconds),
    eventLag: (event, lagMs) => metrics.eventLags.observe({ cache, event }, lagMs / 1_000),
    eventFanOut: (event, count) => metrics.eventFanOuts.observe({ cache, event }, count),
  };
  const tally = new CacheTally(events, observer, clock);
  const startedAtMs = clock();
  const readState = (): CacheState | null => source.readState?.() ?? null;
  const detach = metrics.attach({
    service,
    tally,
    read: () => ({
      ...{ identity, startedAtMs, warmers: [...tally.warmers.values()] },
      ...{ state: readState(), nowMs: clock() },
    }),
  });
  return {
    snapshot: () => prepareSnapshot(tally, readState(), { ...identity, startedAtMs, atMs: clock() }),
    end: () => {
      tally.end();
      detach();
    },
  };
}
