import { setTimeout } from 'node:timers/promises';

/** How the program is told to end. */
export type Interrupt = 'SIGINT' | 'SIGTERM';

/** The person at the terminal, beside the answer of a command on stdout. */
export interface CliTerminal {
  /** Whether somebody is there who can be asked. */
  readonly canAsk: boolean;
  /** A line on stderr, so that stdout has the answer alone. */
  say(text: string): void;
  /** A line that the next one replaces; shown only where somebody looks. Empty = takes it away. */
  showProgress(text: string): void;
  /** What was typed; null when nobody answered: Ctrl-C, Ctrl-D. */
  ask(question: string): Promise<string | null>;
  /** Everything that comes on stdin. */
  readInput(): Promise<string>;
  /** Ctrl-C (SIGINT) and SIGTERM no longer end the program, but are told; returns the way back. */
  onInterrupt(listener: (signal: Interrupt) => void): () => void;
  pause(ms: number): Promise<void>;
}

/** Nobody is there. */
export const emptyTerminal: CliTerminal = {
  canAsk: false,
  say: () => {},
  showProgress: () => {},
  ask: async () => null,
  readInput: async () => '',
  onInterrupt: () => () => {},
  pause: (ms) => setTimeout(ms),
};
