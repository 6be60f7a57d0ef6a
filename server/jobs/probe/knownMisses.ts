import type { MissedKeys } from './hottestMissed.ts';

/**
 * What the last probe of this server saw missed. In memory alone: names of keys may be personal, and what was hot before a restart is
 * measured anew within a minute.
 */
export interface KnownMisses extends MissedKeys {
  /** When the probe ended, epoch ms. */
  readonly atMs: number;
  /** How long it looked, ms. */
  readonly attachedMs: number;
}
