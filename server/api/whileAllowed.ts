/** How long a stream may go on unnoticed after its session has ended; promised are 15 s. */
const RECHECK_MS = 5_000;

interface Watching {
  /** Throws when the stream may not go on. */
  readonly check: () => void;
  readonly pause: (ms: number, signal?: AbortSignal) => Promise<void>;
  readonly signal: AbortSignal | undefined;
}

/** A stream that ends with what `check` throws: checked before each event, and every 5 s while there is none. */
export async function* whileAllowed(source: unknown, watching: Watching): AsyncGenerator<unknown> {
  if (!isStream(source)) throw new Error('A subscription gives no stream.');
  const events = source[Symbol.asyncIterator]();
  const end = new AbortController();
  const signal = watching.signal === undefined ? end.signal : AbortSignal.any([end.signal, watching.signal]);
  try {
    let next = events.next();
    let due = watching.pause(RECHECK_MS, signal);
    for (;;) {
      const event = await Promise.race([next, due]);
      // The reader has gone.
      if (signal.aborted) return;
      watching.check();
      if (event === undefined) {
        due = watching.pause(RECHECK_MS, signal);
        continue;
      }
      if (event.done === true) return;
      yield event.value;
      next = events.next();
    }
  } finally {
    end.abort();
    // Not awaited: it waits for its next event, which comes by itself.
    events.return?.().catch(() => {});
  }
}

function isStream(source: unknown): source is AsyncIterable<unknown> {
  return typeof source === 'object' && source !== null && Symbol.asyncIterator in source;
}
