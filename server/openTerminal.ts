import { createInterface } from 'node:readline/promises';
import { text } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import type { CliTerminal } from './cli/cliTerminal.ts';

/** Some terminals tell no width, or 0. */
const USUAL_COLUMNS = 80;

/** Back to the start of the line, and the line away. */
const CLEAR_LINE = '\r\u001b[2K';

/** The terminal that the program was started in. Talks on stderr, so that stdout has the answer alone. */
export function openTerminal(): CliTerminal {
  const { stdin, stderr } = process;
  let isProgressShown = false;
  const clear = (): void => {
    if (isProgressShown) stderr.write(CLEAR_LINE);
    isProgressShown = false;
  };
  return {
    canAsk: stdin.isTTY && stderr.isTTY,
    say(line) {
      clear();
      stderr.write(`${line}\n`);
    },
    showProgress(line) {
      clear();
      if (!stderr.isTTY || line === '') return;
      // A line that wraps could not be taken away again.
      stderr.write(line.slice(0, (stderr.columns || USUAL_COLUMNS) - 1));
      isProgressShown = true;
    },
    async ask(question) {
      clear();
      const reader = createInterface({ input: stdin, output: stderr, terminal: true });
      const gone = new AbortController();
      // Ctrl-C and Ctrl-D: nobody answers.
      reader.once('SIGINT', () => gone.abort()).once('close', () => gone.abort());
      try {
        return await reader.question(question, { signal: gone.signal });
      } catch {
        stderr.write('\n');
        return null;
      } finally {
        reader.close();
      }
    },
    readInput: () => text(stdin),
    onInterrupt(listener) {
      const ofInt = () => listener('SIGINT');
      const ofTerm = () => listener('SIGTERM');
      process.on('SIGINT', ofInt).on('SIGTERM', ofTerm);
      return () => void process.off('SIGINT', ofInt).off('SIGTERM', ofTerm);
    },
    pause: (ms) => setTimeout(ms),
  };
}
