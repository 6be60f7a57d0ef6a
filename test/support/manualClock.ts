import type { Clock } from '#server/clock/clock.ts';

export interface ManualClock extends Clock {
  advance(ms: number): void;
  /** As when somebody sets the machine's clock: `elapsedMs` goes on. */
  setBack(ms: number): void;
  /** Sum of all pauses so far, ms. */
  pausedMs(): number;
}

/** Time that stands still but for `advance` and for pauses, which pass at once and move it on. */
export function manualClock(startMs = 1_700_000_000_000): ManualClock {
  let nowMs = startMs;
  let pausedMs = 0;
  let setBackMs = 0;
  return {
    nowMs: () => nowMs - setBackMs,
    elapsedMs: () => nowMs - startMs,
    async pause(ms, signal) {
      // One turn of the event loop, so that what else is due gets its turn.
      await new Promise((resolve) => setImmediate(resolve));
      if (signal?.aborted === true) return;
      nowMs += ms;
      pausedMs += ms;
    },
    advance(ms) {
      nowMs += ms;
    },
    setBack(ms) {
      setBackMs += ms;
    },
    pausedMs: () => pausedMs,
  };
}
