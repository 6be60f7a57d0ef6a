/** What made a warmer run. */
export type WarmTrigger = 'start' | 'recovery' | 'schedule' | 'demand';

export interface WarmCounts {
  /** Entries to go through; 0 until there is a list. */
  readonly plannedCount: number;
  readonly loadedCount: number;
  /** They were fresh already, and cost one look at Redis. */
  readonly freshCount: number;
  readonly failedCount: number;
  /** Somebody else was at them, or the source had no room for them. */
  readonly skippedCount: number;
}

/** What came of a run. */
export interface WarmReport extends WarmCounts {
  /**
   * `leased`: another run of the warmer is under way or has just ended, here or in another instance, and nothing was done.
   * `stopped`: it did harm or had no use. `failed`: there was no list.
   */
  readonly state: 'completed' | 'cancelled' | 'stopped' | 'leased' | 'failed';
  readonly trigger: WarmTrigger;
  readonly durationMs: number;
  readonly reason: string;
}

export interface WarmProgress extends WarmCounts {
  /** Entries that are behind it, whatever came of them. */
  readonly doneCount: number;
  /** From 1; 0 until there is a list. */
  readonly stageNumber: number;
  readonly stageCount: number;
}

export const noCounts: WarmCounts = {
  plannedCount: 0,
  loadedCount: 0,
  freshCount: 0,
  failedCount: 0,
  skippedCount: 0,
};
