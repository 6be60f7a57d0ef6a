/** Runs at most `atOnce` pieces of work at a time and lets at most `waiting` wait. */
export interface WorkQueue {
  /** Null when too much waits already: the work was not begun. */
  run<T>(work: () => Promise<T>): Promise<T> | null;
}

export function createWorkQueue({ atOnce, waiting }: { atOnce: number; waiting: number }): WorkQueue {
  const line: (() => void)[] = [];
  let runningCount = 0;
  const begin = () =>
    new Promise<void>((resolve) => {
      line.push(resolve);
      next();
    });
  const next = () => {
    if (runningCount >= atOnce) return;
    const first = line.shift();
    if (first === undefined) return;
    runningCount += 1;
    first();
  };
  const runInTurn = async <T>(work: () => Promise<T>): Promise<T> => {
    await begin();
    try {
      return await work();
    } finally {
      runningCount -= 1;
      next();
    }
  };
  return {
    run: (work) => (runningCount >= atOnce && line.length >= waiting ? null : runInTurn(work)),
  };
}
