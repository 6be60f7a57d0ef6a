import type { Clock } from '#server/clock/clock.ts';

interface Sleeper {
  readonly dueAtMs: number;
  readonly wake: () => void;
}

/** Time that jumps to whatever is due next as soon as nothing else runs, so that pauses run side by side as real ones do. */
export function virtualClock(startMs = 1_700_000_000_000): Clock {
  let nowMs = startMs;
  let sleepers: Sleeper[] = [];
  let isStepDue = false;

  function stepSoon(): void {
    if (isStepDue || sleepers.length === 0) return;
    isStepDue = true;
    setImmediate(() => {
      isStepDue = false;
      const next = sleepers.reduce<Sleeper | null>(
        (first, one) => (first === null || one.dueAtMs < first.dueAtMs ? one : first),
        null,
      );
      if (next !== null) {
        nowMs = Math.max(nowMs, next.dueAtMs);
        sleepers = sleepers.filter((one) => one !== next);
        next.wake();
      }
      stepSoon();
    });
  }

  return {
    nowMs: () => nowMs,
    elapsedMs: () => nowMs - startMs,
    pause(ms, signal) {
      if (signal?.aborted === true) return Promise.resolve();
      return new Promise((resolve) => {
        const sleeper: Sleeper = { dueAtMs: nowMs + ms, wake: resolve };
        sleepers.push(sleeper);
        signal?.addEventListener(
          'abort',
          () => {
            sleepers = sleepers.filter((one) => one !== sleeper);
            resolve();
          },
          { once: true },
        );
        stepSoon();
      });
    },
  };
}
