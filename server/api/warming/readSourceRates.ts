import { SAFE_CAPACITY_RATIO } from '#server/jobs/purge/forecast/chooseMethod.ts';
import type { TargetId } from '#shared/target.ts';
import { type ApiParts, watchOf } from '../apiContext.ts';

/** What all services load from the source a second, what it may be asked, and what it stands; null = not known, or not declared. */
export function readSourceRates(parts: ApiParts, targetId: TargetId) {
  const { sourceCapacityPerSecond } = parts;
  return {
    currentPerSecond: watchOf(parts, targetId).sourceLoads.recentPerSecond(),
    capacityPerSecond: sourceCapacityPerSecond,
    safePerSecond: sourceCapacityPerSecond === null ? null : SAFE_CAPACITY_RATIO * sourceCapacityPerSecond,
  };
}
