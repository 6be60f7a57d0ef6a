import { createContext, use } from 'react';
import type { LiveState } from './deriveLiveState.ts';

export interface Live {
  readonly state: LiveState;
  /** Server's clock when the page was paused; null while it runs. */
  readonly pausedAtMs: number | null;
  readonly setPaused: (isPaused: boolean) => void;
  /** Server's clock less the browser's, ms: ages are counted on the server's clock. */
  readonly clockOffsetMs: number;
}

/** Without a provider (a part drawn alone, in a test) the page counts as live. */
export const LiveContext = createContext<Live>({
  state: 'live',
  pausedAtMs: null,
  setPaused: () => {},
  clockOffsetMs: 0,
});

export function useLive(): Live {
  return use(LiveContext);
}

/** `refetchInterval` of a query: the given one, or never while the page is paused. */
export function useRefreshMs(intervalMs: number): number | false {
  return useLive().pausedAtMs === null ? intervalMs : false;
}
