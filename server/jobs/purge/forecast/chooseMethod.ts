import type { LoadForecast } from '#shared/acting/loadForecast.ts';
import type { PurgeMethod } from '#shared/acting/purgeInput.ts';
import { SPREAD_MS } from '#shared/acting/purgeLimits.ts';

/** Share of the source's headroom that a purge may take without being spread. */
const QUIET_HEADROOM_RATIO = 0.2;
/** Share of its capacity above which the source is in danger: retries and queues grow by themselves from there. */
export const SAFE_CAPACITY_RATIO = 0.8;
/** Share of the headroom that a spread purge is planned to take. */
const SPREAD_HEADROOM_RATIO = 0.5;
/** Without a declared capacity: this many times the loads of now, and so many a second, are felt. Ours. */
const FELT_FACTOR = 2;
const FELT_PER_SECOND = 20;
/** Without a declared capacity. */
const USUAL_SPREAD_MS = 10 * 60_000;

export interface ChosenMethod {
  readonly method: PurgeMethod;
  readonly why: string;
}

/** The method that a purge should take, by what removing `keyCount` keys at once would do to the source. */
export function chooseMethod(atOnce: LoadForecast, keyCount: number): ChosenMethod {
  const { peakExtra, capacityPerSecond, currentPerSecond } = atOnce;
  if (peakExtra === null) return { method: { how: 'now' }, why: '' };
  if (capacityPerSecond === null) {
    const felt = Math.max(FELT_PER_SECOND, FELT_FACTOR * (currentPerSecond ?? 0));
    if (peakExtra.perSecond <= felt) return { method: { how: 'now' }, why: '' };
    return {
      method: { how: 'spread', overMs: USUAL_SPREAD_MS },
      why: `At once it would be more than ${FELT_FACTOR} times the loads of now.`,
    };
  }
  const headroom = Math.max(0, capacityPerSecond - (currentPerSecond ?? 0));
  if (peakExtra.perSecond <= QUIET_HEADROOM_RATIO * headroom) {
    return { method: { how: 'now' }, why: '' };
  }
  const overMs = Math.ceil((keyCount * 1_000) / Math.max(1, SPREAD_HEADROOM_RATIO * headroom));
  return {
    method: { how: 'spread', overMs: Math.min(SPREAD_MS.most, Math.max(USUAL_SPREAD_MS / 10, overMs)) },
    why: `At once it would take more than ${QUIET_HEADROOM_RATIO * 100} % of what the source has left.`,
  };
}

/** True when the source, as declared, would be in danger. */
export function isOverload({ peakExtra, capacityPerSecond, currentPerSecond }: LoadForecast): boolean {
  if (peakExtra === null || capacityPerSecond === null) return false;
  return (currentPerSecond ?? 0) + peakExtra.perSecond > SAFE_CAPACITY_RATIO * capacityPerSecond;
}
