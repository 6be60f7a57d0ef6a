import { type CliSurroundings, runCli } from '#server/cli/runCli.ts';
import { type ScriptedTerminal, scriptedTerminal } from './scriptedTerminal.ts';

interface CommandLine {
  readonly words: readonly string[];
  readonly url: string;
  readonly terminal?: ScriptedTerminal;
  readonly around?: Partial<CliSurroundings>;
}

/** Runs a command within the test's own process against a running server. */
export async function runCommandLine({ words, url, terminal = scriptedTerminal(), around }: CommandLine) {
  const printed: string[] = [];
  const errors: string[] = [];
  const code = await runCli([...words, '--url', url], {
    print: (text) => void printed.push(text),
    printError: (text) => void errors.push(text),
    dataDirectory: null,
    terminal,
    ...around,
  });
  return { code, out: printed.join('\n'), err: errors.join('\n'), said: terminal.said.join('\n') };
}
