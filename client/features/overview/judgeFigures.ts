import type { Severity } from '#client/ui/SeveritySign.tsx';
import type { Figure, OverviewFacts } from './overviewFacts.ts';

/**
 * Below this many look-ups in the minute a ratio wobbles by itself: at 200, by about 4 points either way (95 %). Ours.
 */
export const MIN_LOOKUPS = 200;

/** A hit rate this far below its own past is worth a look; 0-1. Ours: above the wobble of a minute with 400 look-ups. */
const HIT_DROP_WARNING = 0.03;

/** From here on it is an alarm, or from half as many misses again: 99 % to 96 % asks the source four times as much. Ours. */
const HIT_DROP_CRITICAL = 0.05;
const MISS_GROWTH_CRITICAL = 1.5;

/** Growth of a rate against its own past. Ours: day and night differ by less than half within an hour. */
const GROWTH_WARNING = 1.5;
const GROWTH_CRITICAL = 2.5;

/** A rate that grew by less than this many per second hurts nobody. */
const MIN_GROWTH_PER_SECOND = 5;

export function judgeHitRatio({ now, before }: Figure, lookupCount: number): Severity | undefined {
  if (now === null || before === null || lookupCount < MIN_LOOKUPS) return undefined;
  const drop = before - now;
  if (drop < HIT_DROP_WARNING) return undefined;
  const isAlarm = drop >= HIT_DROP_CRITICAL || 1 - now >= (1 - before) * MISS_GROWTH_CRITICAL;
  return isAlarm ? 'critical' : 'warning';
}

export function judgeGrowth({ now, before }: Figure): Severity | undefined {
  if (now === null || before === null || now - before < MIN_GROWTH_PER_SECOND) return undefined;
  if (now >= before * GROWTH_CRITICAL) return 'critical';
  return now >= before * GROWTH_WARNING ? 'warning' : undefined;
}

/** The services' own count is the one that callers feel; Redis's where there is none, or where only it fell. */
export function isServicesMain(facts: OverviewFacts): boolean {
  if (facts.serviceHitRatio.now === null) return false;
  const isRedisWorse = judgeHitRatio(facts.redisHitRatio, facts.redisLookupCount) !== undefined;
  return !isRedisWorse || judgeHitRatio(facts.serviceHitRatio, facts.serviceLookupCount) !== undefined;
}

/** Of what `isServicesMain` says. */
export function judgeMainHitRatio(facts: OverviewFacts): Severity | undefined {
  return isServicesMain(facts)
    ? judgeHitRatio(facts.serviceHitRatio, facts.serviceLookupCount)
    : judgeHitRatio(facts.redisHitRatio, facts.redisLookupCount);
}

/** Evictions cost hits; a cache that is merely full does not. */
export function judgeEvictions({ evicted }: OverviewFacts): Severity | undefined {
  return evicted.now !== null && evicted.now > 0 ? 'warning' : undefined;
}
