import { openApiQuery } from './apiQuery.ts';
import type { CliCommand } from './cliCommand.ts';
import { optionsHelp, parseCliOptions } from './cliOptions.ts';
import { CliProblem } from './cliProblem.ts';
import { patternsCommand } from './patternsCommand.ts';
import { ttlCommand } from './ttlCommand.ts';

const commands: readonly CliCommand[] = [patternsCommand, ttlCommand];

export interface CliOutput {
  print(text: string): void;
  printError(text: string): void;
}

/** The commands besides `serve`, for the help. */
export function commandsHelp(): string {
  const width = Math.max(...commands.map(({ name }) => name.length));
  const lines = commands.map(({ name, help }) => `  cachescope ${name.padEnd(width)}  ${help}`);
  return ['Ask a running server:', ...lines, '', optionsHelp, ''].join('\n');
}

/** Runs a command that asks a running server; resolves with the exit code, or null when the first word is no such command. */
export async function runCli(
  argv: readonly string[],
  { print, printError }: CliOutput,
): Promise<number | null> {
  const command = commands.find(({ name }) => name === argv[0]);
  if (command === undefined) return null;
  try {
    const options = parseCliOptions(argv.slice(1));
    if (options.isHelp) {
      print(commandsHelp());
      return 0;
    }
    const { data, text } = await command.run(openApiQuery(options.url), options);
    print(options.isJson ? JSON.stringify(data, null, 2) : text);
    return 0;
  } catch (error) {
    if (!(error instanceof CliProblem)) throw error;
    printError(
      error.isUsage ? `${error.message} "cachescope ${command.name} --help" lists what is.` : error.message,
    );
    return error.isUsage ? 2 : 1;
  }
}
