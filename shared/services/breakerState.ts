import type { announcedBreakerStates } from '#shared/control/instanceSnapshot.ts';

/** `forcedOpen` and `disabled` (admits everything) are an operator's word; the others are computed. */
export type BreakerState = (typeof announcedBreakerStates)[number];

/** Worst first. */
export const breakerStatesByHarm = ['forcedOpen', 'open', 'halfOpen', 'disabled', 'closed'] as const;

/** 0 = the worst. */
export function harmRank(state: BreakerState): number {
  return breakerStatesByHarm.indexOf(state);
}

export function isForced(state: BreakerState): boolean {
  return state === 'forcedOpen' || state === 'disabled';
}

/** Whether it keeps all calls, or all but a few probes, from what it guards. */
export function keepsCallsBack(state: BreakerState): boolean {
  return state !== 'closed' && state !== 'disabled';
}
