/** When a breaker opens, and how it finds its way back. All above 0; Infinity turns a bound off. */
export interface BreakerOptions {
  /** Share of calls of the window that failed, from which on it opens. @default 0.5 */
  readonly failureRatio: number;
  /** Share of calls of the window that were slow, failed or not, from which on it opens. @default 0.5 */
  readonly slowCallRatio: number;
  /** A call that took longer is slow. @default 100 */
  readonly slowCallMs: number;
  /** Fewer calls in the window say nothing about their ratios. @default 20 */
  readonly minimumCallCount: number;
  /** So many failures in a row open it at once: a dead or hung Redis must not cost `minimumCallCount` timeouts. @default 5 */
  readonly consecutiveFailureCount: number;
  /** How far the ratios look back, to a tenth of it. @default 10_000 */
  readonly windowMs: number;
  /** Longest first wait before a probe; each further one is twice as long. A wait is drawn from its half to its whole. @default 1_000 */
  readonly openMs: number;
  /** Longest wait of all. @default 30_000 */
  readonly maxOpenMs: number;
  /** Probes that must be good before it closes, and most under way at one time. @default 3 */
  readonly halfOpenCallCount: number;
}

/**
 * Ours. A reply from Redis takes about 1 ms, so 100 ms is slow by any measure, and far above a pause for garbage; the
 * defaults of others, made for HTTP (slow = 60 s), never open for a cache.
 */
export const breakerDefaults: BreakerOptions = {
  failureRatio: 0.5,
  slowCallRatio: 0.5,
  slowCallMs: 100,
  minimumCallCount: 20,
  consecutiveFailureCount: 5,
  windowMs: 10_000,
  openMs: 1_000,
  maxOpenMs: 30_000,
  halfOpenCallCount: 3,
};
