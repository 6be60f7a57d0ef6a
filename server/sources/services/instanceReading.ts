import type { BreakerState } from '#shared/services/breakerState.ts';
import type {
  BreakerSource,
  BreakerThresholds,
  HeldMemory,
  ReadingWay,
} from '#shared/services/serviceInstance.ts';
import type { ToldInvalidation } from './invalidation/toldInvalidation.ts';

/** Changes to one state for one reason, counted since the process began. */
export interface TransitionCount {
  readonly to: BreakerState;
  readonly reason: string | null;
  readonly count: number;
}

/** Events that say of a state only when it changed; counted since the process began. */
export interface BreakerEvents {
  readonly openedCount: number;
  readonly closedCount: number;
  /** Calls that it let through and that went well. */
  readonly succeededCount: number;
  /** Calls that it kept back. */
  readonly rejectedCount: number;
}

/** One breaker as one reading tells of it. Null = not told. */
export interface ToldBreaker {
  readonly name: string;
  readonly source: BreakerSource;
  readonly state: BreakerState | null;
  readonly stateSinceMs: number | null;
  readonly callCount: number | null;
  readonly failureRatio: number | null;
  readonly slowCallRatio: number | null;
  readonly thresholds: BreakerThresholds | null;
  readonly notPermittedCount: number | null;
  /** Null = changes are not counted. */
  readonly transitions: readonly TransitionCount[] | null;
  /** In place of a state. */
  readonly events: BreakerEvents | null;
}

/** What only our library tells. Counts are since the process began. */
export interface ToldFigures {
  readonly l1: HeldMemory | null;
  readonly fallback: HeldMemory | null;
  readonly loadsActiveCount: number | null;
  readonly loadsWaitingCount: number | null;
  readonly shedCount: number;
  readonly staleServedCount: number;
  readonly coalescedCount: number;
}

/** One process of a service at one moment, whichever way it was read. */
export interface InstanceReading {
  readonly service: string | null;
  readonly instance: string | null;
  readonly version: string | null;
  readonly startedAtMs: number | null;
  readonly atMs: number;
  readonly way: ReadingWay;
  /** Null = the snapshot in Redis. */
  readonly address: string | null;
  readonly breakers: readonly ToldBreaker[];
  /** Null = not of our library. */
  readonly figures: ToldFigures | null;
  readonly invalidation: ToldInvalidation | null;
}
