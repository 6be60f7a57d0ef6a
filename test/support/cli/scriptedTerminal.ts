import { setTimeout } from 'node:timers/promises';
import type { CliTerminal, Interrupt } from '#server/cli/cliTerminal.ts';

export interface ScriptedTerminal extends CliTerminal {
  /** What was said and asked, in its order. */
  readonly said: readonly string[];
  readonly progress: readonly string[];
  /** As Ctrl-C does; false when nobody listens, so that the program would end. */
  interrupt(signal?: Interrupt): boolean;
}

interface Script {
  /** What is typed at one question after the other; null = Ctrl-C. Absent = there is no terminal. */
  readonly typed?: readonly (string | null)[];
  readonly input?: string;
  readonly onProgress?: (line: string) => void;
}

/** A person who types what was written down before. A question that nobody wrote an answer for throws. */
export function scriptedTerminal({ typed, input = '', onProgress }: Script = {}): ScriptedTerminal {
  const said: string[] = [];
  const progress: string[] = [];
  const answers = [...(typed ?? [])];
  const listeners = new Set<(signal: Interrupt) => void>();
  return {
    canAsk: typed !== undefined,
    said,
    progress,
    say: (text) => void said.push(text),
    showProgress(line) {
      if (line === '') return;
      progress.push(line);
      onProgress?.(line);
    },
    async ask(question) {
      said.push(question);
      const answer = answers.shift();
      if (answer === undefined) throw new Error(`Nobody expected to be asked: ${question}`);
      return answer;
    },
    readInput: async () => input,
    onInterrupt(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    pause: (ms) => setTimeout(Math.min(ms, 20)),
    interrupt(signal = 'SIGINT') {
      for (const listener of listeners) listener(signal);
      return listeners.size > 0;
    },
  };
}
