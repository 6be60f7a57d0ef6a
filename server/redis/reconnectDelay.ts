/**
 * Longest wait between two attempts. A lost Redis is back on the page within 10 s of its return, so that 4 s of waiting
 * plus connecting fit; three sockets at this pace cost a Redis that comes up nothing.
 */
export const MAX_RECONNECT_DELAY_MS = 4_000;

const MIN_RECONNECT_DELAY_MS = 500;

/** Refused passwords are tried this often before we slow down: a lock-out or an ACL LOG full of us helps nobody. */
export const QUICK_AUTHENTICATION_TRIES = 3;

/** Wait between two attempts after that, ms. */
export const REFUSED_DELAY_MS = 60_000;

export interface ReconnectHistory {
  /** Attempts since the connection was last usable, from 1. */
  readonly attempt: number;
  /** Attempts in a row that ended because the user or password was refused. */
  readonly refusedCount: number;
  /** 0-1. */
  readonly random: number;
}

/** Wait before the next attempt, ms: full jitter over a bound that doubles, so that many clients do not return at once. */
export function reconnectDelayMs({ attempt, refusedCount, random }: ReconnectHistory): number {
  if (refusedCount >= QUICK_AUTHENTICATION_TRIES) return REFUSED_DELAY_MS;
  const bound = Math.min(MAX_RECONNECT_DELAY_MS, MIN_RECONNECT_DELAY_MS * 2 ** Math.min(attempt, 10));
  return Math.round(MIN_RECONNECT_DELAY_MS + random * (bound - MIN_RECONNECT_DELAY_MS));
}
