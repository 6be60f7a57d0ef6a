import { RedisFault } from '#server/redis/redisConnection.ts';

/** Why it ended before its time. `isUseless`: what was counted is not right. */
export interface EarlyEnd {
  readonly state: 'cancelled' | 'failed';
  readonly text: string;
  readonly isUseless: boolean;
  /** What should never have happened; told when the setting is put back. */
  readonly bug?: unknown;
}

export function failed(text: string): EarlyEnd {
  return { state: 'failed', text: `Stopped by itself. ${text}`, isUseless: false };
}

export function failedBy(error: unknown): EarlyEnd {
  if (error instanceof RedisFault) return failed(error.message);
  return { ...failed('The server failed unexpectedly.'), isUseless: true, bug: error };
}

export function cancelledBy(stop: AbortSignal): EarlyEnd {
  return { state: 'cancelled', text: String(stop.reason), isUseless: false };
}
