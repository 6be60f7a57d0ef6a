import { type Clock, systemClock } from '#server/clock/clock.ts';

/** Time that passes so many times as fast, and pauses that are as much shorter; the time of day is the real one. */
export function fasterClock(factor: number): Clock {
  const real = systemClock();
  const startMs = real.elapsedMs();
  return {
    nowMs: real.nowMs,
    elapsedMs: () => startMs + (real.elapsedMs() - startMs) * factor,
    pause: (ms, signal) => real.pause(Math.max(1, ms / factor), signal),
  };
}
