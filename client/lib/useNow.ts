import { useCallback, useSyncExternalStore } from 'react';
import { useLive } from './liveContext.ts';

/** The server's time, ticking every `stepMs`; stands still while the page is paused. */
export function useNow(stepMs = 1_000): number {
  const { clockOffsetMs, pausedAtMs } = useLive();
  const subscribe = useCallback(
    (tick: () => void) => {
      const timer = setInterval(tick, Math.min(stepMs, 1_000));
      return () => clearInterval(timer);
    },
    [stepMs],
  );
  // Rounded, so that a render between two ticks sees the same time as the one before it.
  const nowMs = useSyncExternalStore(subscribe, () => Math.floor(Date.now() / stepMs) * stepMs);
  return pausedAtMs ?? nowMs + clockOffsetMs;
}
