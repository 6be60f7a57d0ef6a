import type { CliTerminal, Interrupt } from '../cliTerminal.ts';

/** Ctrl-C and SIGTERM one by one, for as long as it is not ended; `next` waits for one. */
export function listenForInterrupts(terminal: CliTerminal) {
  const told: Interrupt[] = [];
  let wake: () => void = () => {};
  const end = terminal.onInterrupt((signal) => {
    told.push(signal);
    wake();
  });
  const next = async (): Promise<Interrupt> => {
    for (;;) {
      const signal = told.shift();
      if (signal !== undefined) return signal;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
  return { next, end };
}
