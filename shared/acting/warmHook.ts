/** What stands as the warmer where a service without our library is warmed through its hook. */
export const HOOK_WARMER = 'hottest missed keys (hook)';

/** Where the keys of a plan for a hook come from, and what stands behind them. */
export interface WarmHookFacts {
  /** Without what may hold a token. */
  readonly url: string;
  /** When the live probe ended that saw them missed, epoch ms, and how long it looked, ms. */
  readonly measuredAtMs: number;
  readonly measuredMs: number;
  /** Look-ups that it saw missed, of all keys. */
  readonly missCount: number;
  /** The share of them, 0-1, that was of the keys that are missing now: between these two, as their counts are bounds. */
  readonly leastShare: number;
  readonly mostShare: number;
}
