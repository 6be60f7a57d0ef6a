import type { InstanceReading, ToldBreaker } from '#server/sources/services/instanceReading.ts';

/** A breaker of our library, closed since 0, which never changed. */
export function toldBreaker(change: Partial<ToldBreaker> = {}): ToldBreaker {
  return {
    ...{ name: 'shop', source: 'library', state: 'closed', stateSinceMs: 0, callCount: 30 },
    ...{ failureRatio: 0, slowCallRatio: 0, notPermittedCount: 0, transitions: [], events: null },
    thresholds: { failureRatio: 0.5, slowCallRatio: 0.5, minimumCallCount: 20 },
    ...change,
  };
}

/** An instance of our library, read over HTTP. */
export function toldInstance(change: Partial<InstanceReading> = {}): InstanceReading {
  return {
    ...{ service: 'shop', instance: 'shop-1', version: '1', startedAtMs: 0, atMs: 10_000 },
    ...{ way: 'http', address: 'http://shop-1/metrics' },
    breakers: [toldBreaker()],
    figures: {
      ...{ l1: null, fallback: null, loadsActiveCount: 0, loadsWaitingCount: 0 },
      ...{ shedCount: 0, staleServedCount: 0, coalescedCount: 0 },
    },
    invalidation: null,
    ...change,
  };
}
