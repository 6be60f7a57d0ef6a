import type { RouterOutputs } from '#client/lib/routerOutputs.ts';
import type { BreakerState } from '#shared/services/breakerState.ts';

export type ResilienceAnswer = RouterOutputs['resilience']['get'];
export type Instance = ResilienceAnswer['instances'][number];
export type Breaker = Instance['breakers'][number];

/** `silent` = nothing is heard of the instance, whatever its breaker did last. */
export type ShownState = BreakerState | 'unknown' | 'silent';

export const stateWords: Readonly<Record<ShownState, string>> = {
  forcedOpen: 'forced open',
  open: 'open',
  halfOpen: 'half-open',
  silent: 'silent',
  unknown: 'not known',
  disabled: 'forced closed',
  closed: 'closed',
};

/** Worst first. */
export const stateRanks: Readonly<Record<ShownState, number>> = {
  open: 0,
  forcedOpen: 1,
  halfOpen: 2,
  silent: 3,
  unknown: 4,
  disabled: 5,
  closed: 6,
};

/** One breaker of one instance. */
export interface BreakerRow {
  readonly id: string;
  readonly instance: Instance;
  /** Null = an instance of which no breaker is told. */
  readonly breaker: Breaker | null;
  /** What stands in the row: the instance, or the service where nothing else is known. */
  readonly name: string;
  /** Of the breaker, where it is not that of the service itself. */
  readonly breakerName: string;
  readonly service: string;
  readonly state: ShownState;
  /** Since when it is so: not closed without a break, or silent. */
  readonly sinceMs: number | null;
  readonly cells: string;
}
