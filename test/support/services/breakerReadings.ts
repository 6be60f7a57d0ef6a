import type { Breaker, Instance } from '#client/features/resilience/resilienceModel.ts';

/** A breaker of our library that is closed and idle. */
export function breaker(change: Partial<Breaker> = {}): Breaker {
  return {
    ...{
      name: 'shop',
      source: 'library',
      state: 'closed',
      whyUnknown: '',
      sinceMs: 1_000,
      awaySinceMs: null,
    },
    ...{ callCount: 30, failureRatio: 0, slowCallRatio: 0, openedBy: null, transitions: [] },
    thresholds: { failureRatio: 0.5, slowCallRatio: 0.5, minimumCallCount: 20 },
    ...change,
  };
}

export function open(
  sinceMs: number,
  shares: { failed: number; slow: number } = { failed: 1, slow: 0 },
): Breaker {
  return breaker({
    ...{ state: 'open', sinceMs, awaySinceMs: sinceMs },
    openedBy: { failureRatio: shares.failed, slowCallRatio: shares.slow },
    ...{ failureRatio: null, slowCallRatio: null },
  });
}

/** An instance that was just read over HTTP. */
export function instance(name: string, ...breakers: readonly Breaker[]): Instance {
  return {
    ...{ id: `["shop","${name}"]`, service: 'shop', instance: name, version: '1', startedAtMs: 0 },
    ...{
      readAtMs: 100_000,
      way: 'http',
      address: `http://${name}/metrics`,
      silentSinceMs: null,
      whySilent: '',
    },
    ...{ breakers: [...breakers], figures: null },
  };
}
