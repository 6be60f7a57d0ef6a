import type { ApiQuery } from './apiQuery.ts';
import type { CliFlag, CliOptions } from './cliOptions.ts';
import type { CliTerminal } from './cliTerminal.ts';

/** What follows `cachescope` for anything but to serve. One file a command. */
export interface CliCommand {
  /** One word, or several: `audit verify`. */
  readonly name: string;
  /** One line. */
  readonly help: string;
  /** Beside the flags of all commands. */
  readonly flags: readonly CliFlag[];
  /** What a word without a flag is, such as `FILE`; absent = none is taken. */
  readonly operand?: string;
  /** Which other commands do what is looked for in this one; said in its help and where its words do not fit. Absent = none. */
  readonly seeAlso?: string;
  readonly run: (tools: CliTools, options: CliOptions) => Promise<CliAnswer>;
}

/** What a command works with. */
export interface CliTools {
  /** Asks the running server that the options name. */
  readonly query: ApiQuery;
  readonly terminal: CliTerminal;
  /** Where a server that was started without `--data` keeps its files; null when that cannot be told. */
  readonly dataDirectory: string | null;
}

export type CliAnswer =
  | {
      /** For programs: what the API answers, as it is. */
      readonly data: unknown;
      /** The same for people. */
      readonly text: string;
      /** Absent = 0. */
      readonly exitCode?: number;
    }
  /** Printed one by one as they come. */
  | { readonly lines: AsyncIterable<string> };
