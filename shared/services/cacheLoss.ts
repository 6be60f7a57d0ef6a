import type { TimeSpan } from '#shared/timeRange.ts';

/** What the loss of all caches would mean for the source. */
export interface CacheLoss {
  /** 0-1, of callers, by all levels of the cache together. */
  readonly hitRatio: number;
  /** How many times as much the source would be asked: 1 / (1 - hit rate). */
  readonly multiplier: number;
  /** There was no miss at all, so that it is at least this. */
  readonly isAtLeast: boolean;
  /** What the source would be asked, and what it was asked, a second. */
  readonly lookupsPerSecond: number;
  readonly loadsPerSecond: number;
  readonly lookupCount: number;
  /** Over which it was measured: the hour before the outage, while there is one. */
  readonly span: TimeSpan;
}
