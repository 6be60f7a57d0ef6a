import type { BreakerState } from '#cache/resilience/circuitBreaker.ts';

/** Our states in resilience4j's words. */
export const breakerStateNames: Readonly<Record<BreakerState, string>> = {
  closed: 'closed',
  open: 'open',
  halfOpen: 'half_open',
  forcedOpen: 'forced_open',
  disabled: 'disabled',
};

/** Every state that resilience4j has, so that each has a series at all times; ours is never `metrics_only`. */
export const breakerStateLabels = [...Object.values(breakerStateNames), 'metrics_only'] as const;
