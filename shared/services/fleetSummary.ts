import { isForced, keepsCallsBack } from './breakerState.ts';
import { causeOf, guardsRedis } from './causeOf.ts';
import type { BreakerReading, ServiceInstance } from './serviceInstance.ts';

/** All breakers of the instances that are heard, in a line. */
export interface FleetSummary {
  /** Those whose state is known. */
  readonly breakerCount: number;
  /** Of these, those that keep calls back: open, half-open, or forced open. */
  readonly awayCount: number;
  /** Of those that keep calls back, those that an operator forced open. */
  readonly forcedCount: number;
  /** Since when the first of those is away, epoch ms; null = none is, or it is not known. */
  readonly sinceMs: number | null;
  /** Instances of those, as far as they are named. */
  readonly instances: readonly string[];
  /** Whether all that keep calls back are known to guard Redis. */
  readonly isOfRedis: boolean;
  /** What calls died of, in a sentence; empty when none is away. */
  readonly cause: string;
}

export function summariseFleet(
  services: readonly Pick<ServiceInstance, 'instance' | 'silentSinceMs' | 'breakers'>[],
): FleetSummary {
  const heard = services.filter(({ silentSinceMs }) => silentSinceMs === null);
  const breakers = heard.flatMap((one) => one.breakers.filter(({ state }) => state !== null));
  const away = breakers.filter(isAway);
  const since = away.flatMap(({ awaySinceMs }) => (awaySinceMs === null ? [] : [awaySinceMs]));
  const computed = away.filter(({ state }) => state !== null && !isForced(state));
  return {
    breakerCount: breakers.length,
    awayCount: away.length,
    forcedCount: away.length - computed.length,
    sinceMs: since.length === 0 ? null : Math.min(...since),
    instances: heard.flatMap((one) =>
      one.instance !== null && one.breakers.some(isAway) ? [one.instance] : [],
    ),
    isOfRedis: away.every(guardsRedis),
    cause: computed.length === 0 ? '' : causeOf(computed),
  };
}

function isAway({ state }: BreakerReading): boolean {
  return state !== null && keepsCallsBack(state);
}
