import type { Reading } from '#shared/reading.ts';

/** What took the cache away: the process began anew, could not be reached, or lost nearly all of its keys at once. */
export type LossCause = 'restart' | 'outage' | 'emptied';

/** A service whose cache is cold after Redis lost it, and whose warmers would fill it. Nothing is started by it. */
export interface WarmProposal {
  readonly service: string;
  /** Start of its key names. */
  readonly prefix: string;
  /** Names of its warmers. */
  readonly warmers: readonly string[];
  readonly cause: LossCause;
  /** When it was lost, epoch ms. */
  readonly atMs: number;
  /** Of the look-ups of its patterns, 0-1: in the hour before, and in the last minute since Redis answers again. */
  readonly hitRatioBefore: Reading<number>;
  readonly hitRatioNow: Reading<number>;
  /** Loads a second that leave the source most of its room; null = it has none now. */
  readonly perSecond: number | null;
}
