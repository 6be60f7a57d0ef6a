/**
 * How the page stands to the server. `polling`: the stream is down, but requests are answered. `reconnecting`: nothing came
 * for a while, and it is not yet sure why. `gone`: a request was not answered either.
 */
export type LiveState = 'connecting' | 'live' | 'polling' | 'reconnecting' | 'gone' | 'paused';

export interface LiveSigns {
  readonly isPaused: boolean;
  readonly stream: 'idle' | 'connecting' | 'pending' | 'error';
  /** Browser's clock when the stream last said something; null when it never did. */
  readonly lastEventAtMs: number | null;
  readonly lastPollOkAtMs: number | null;
  /** True when the last request failed because no server answered. */
  readonly isPollUnanswered: boolean;
  readonly nowMs: number;
}

/**
 * The server reads Redis every 2 s while somebody looks and says so at once; three silent rounds and a margin mean that
 * something is wrong. A change makes the frame announce a dead stream later or flicker earlier.
 */
export const SILENT_AFTER_MS = 8_000;

export function deriveLiveState(signs: LiveSigns): LiveState {
  const { stream, lastEventAtMs, lastPollOkAtMs, nowMs } = signs;
  if (signs.isPaused) return 'paused';
  const isFresh = lastEventAtMs !== null && nowMs - lastEventAtMs <= SILENT_AFTER_MS;
  if (stream === 'pending' && isFresh) return 'live';
  if (signs.isPollUnanswered) return 'gone';
  if (lastPollOkAtMs !== null && nowMs - lastPollOkAtMs <= SILENT_AFTER_MS) return 'polling';
  return lastEventAtMs === null && lastPollOkAtMs === null ? 'connecting' : 'reconnecting';
}
