import type { LiveEvent } from './liveEvent.ts';

export interface LatestEvents {
  push(event: LiveEvent): void;
  /** What has not been taken yet, then what comes, until the signal aborts. For one reader. */
  read(signal: AbortSignal | undefined): AsyncGenerator<LiveEvent>;
}

/**
 * Holds what a stream has still to send: the last status and the last state of each job and approval. A page that does not read, as
 * one of a laptop that sleeps, then costs what a page that reads does, and gets the state of now when it goes on.
 */
export function openLatestEvents(): LatestEvents {
  const waiting = new Map<string, LiveEvent>();
  let wake: () => void = () => {};
  return {
    push(event) {
      waiting.set(subjectOf(event), event);
      wake();
    },
    async *read(signal) {
      const stop = () => wake();
      signal?.addEventListener('abort', stop);
      try {
        while (signal?.aborted !== true) {
          const [next] = waiting;
          if (next === undefined) {
            await new Promise<void>((resolve) => {
              wake = resolve;
            });
            continue;
          }
          waiting.delete(next[0]);
          yield next[1];
        }
      } finally {
        signal?.removeEventListener('abort', stop);
      }
    },
  };
}

function subjectOf(event: LiveEvent): string {
  switch (event.kind) {
    case 'status':
      return event.kind;
    case 'job':
      return `job ${event.job.id}`;
    case 'approval':
      return `approval ${event.approval.planId}`;
  }
}
