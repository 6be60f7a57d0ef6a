import type { AnnouncedWarmer } from '#shared/control/instanceSnapshot.ts';

/** What one instance says of its last run of a warmer; `idle` = none yet. */
export interface WarmerRun extends Omit<AnnouncedWarmer, 'warmer'> {
  readonly instance: string;
  /** Release of the service. */
  readonly version: string;
  /** False = nothing is heard of the instance any more: it is as it was then. */
  readonly isHeard: boolean;
}

/** A warmer of a service. */
export interface KnownWarmer {
  readonly warmer: string;
  /** Of each instance that has it; those that ran first, the newest of them first. */
  readonly runs: readonly WarmerRun[];
}

/**
 * Why no warmer of a service can be run from here. `notAnnounced`: its instances are known by their metrics alone. `noneHeard`: all
 * of its instances are silent. `noCommands`: none of them listens for commands. `noWarmers`: it declares none.
 */
export type WarmingRefusal = 'notAnnounced' | 'noneHeard' | 'noCommands' | 'noWarmers';

/** A service by the start of its key names, and its warmers. */
export interface WarmingService {
  readonly service: string;
  /** Start of the key names; null = nobody says, for it is not announced. */
  readonly prefix: string | null;
  readonly instanceCount: number;
  readonly heardCount: number;
  /** Of those that are heard, how many say that they listen for commands; null = none says anything of it. */
  readonly commandedCount: number | null;
  /** Null = they can be run, as far as is known. */
  readonly refusal: WarmingRefusal | null;
  /** By name. */
  readonly warmers: readonly KnownWarmer[];
}

/** In a sentence each, with what would change it. */
export const warmingRefusalTexts: Readonly<Record<WarmingRefusal, string>> = {
  notAnnounced:
    'It is known by its metrics alone. Its warmers are known once it announces itself: options announce and control of cachescope/cache.',
  noneHeard: 'None of its instances is heard: nobody would take the command.',
  noCommands: 'None of its instances takes commands: option control of cachescope/cache.',
  noWarmers: 'It declares no warmers: option warmers of cachescope/cache.',
};
