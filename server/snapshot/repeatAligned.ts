import { AsyncLocalStorage } from 'node:async_hooks';

export interface Repeating {
  /** Asks for a run now, or right after the one under way. */
  runSoon(): void;
  /** No run starts any more; resolves when the one under way has ended. */
  stop(): Promise<void>;
}

export interface RepeatOptions {
  /** Asked before each wait, so that the pace can change. */
  readonly intervalMs: () => number;
  readonly task: () => Promise<void>;
  readonly nowMs: () => number;
}

/**
 * Runs a task at the multiples of an interval on the clock, never twice at once; the first run is at once. Being aligned,
 * its readings fall evenly into the steps of the history.
 */
export function repeatAligned({ intervalMs, task, nowMs }: RepeatOptions): Repeating {
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> | null = null;
  let isWanted = false;
  let isStopped = false;
  // Whoever asks for a run may be inside a look-up that is being counted; the task is not.
  const start = AsyncLocalStorage.bind(task);

  function run(): void {
    if (running !== null) {
      isWanted = true;
      return;
    }
    clearTimeout(timer);
    running = start().finally(() => {
      running = null;
      if (isStopped) return;
      const wait = isWanted ? 0 : intervalMs() - (nowMs() % intervalMs());
      isWanted = false;
      timer = setTimeout(run, wait);
    });
  }

  run();
  return {
    runSoon: () => {
      if (!isStopped) run();
    },
    stop: async () => {
      isStopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}
