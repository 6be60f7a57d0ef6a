import type { ApiQuery } from './apiQuery.ts';
import type { CliOptions } from './cliOptions.ts';

/** One word after `cachescope` that asks a running server. One file a command. */
export interface CliCommand {
  readonly name: string;
  /** One line. */
  readonly help: string;
  readonly run: (query: ApiQuery, options: CliOptions) => Promise<CliAnswer>;
}

export interface CliAnswer {
  /** What the API answers, as it is. */
  readonly data: unknown;
  /** The same for people. */
  readonly text: string;
}
