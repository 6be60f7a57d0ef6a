import type { Clock } from './clock/clock.ts';

/** What the server takes from the process around it. */
export interface ServerSurroundings {
  readonly clock: Clock;
  /** 0-1. */
  readonly random: () => number;
  readonly version: string;
  /** Takes one line for an operator. */
  readonly log: (line: string) => void;
  /** Takes one line of what is kept outside of this machine. */
  readonly announce: (line: string) => void;
}
