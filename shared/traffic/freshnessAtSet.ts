/** How long entries were fresh when services stored them; what Redis keeps past it, to serve in bad times, is not in it. */
export interface FreshnessAtSet {
  /** Mean over all entries stored since the processes began, jitter included. */
  readonly meanMs: number;
  readonly entryCount: number;
}
