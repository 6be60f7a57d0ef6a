import type { BreakerState } from './breakerState.ts';
import type { BreakerSource } from './serviceInstance.ts';

/** Which breaker of which process. Null = nothing says. */
export interface BreakerName {
  readonly service: string | null;
  readonly instance: string | null;
  readonly breaker: string;
  readonly source: BreakerSource;
}

/** A time over which a breaker was read, again and again, to be in one state. Between stretches nobody read it. */
export interface BreakerStretch extends BreakerName {
  readonly state: BreakerState;
  readonly fromMs: number;
  readonly toMs: number;
}
