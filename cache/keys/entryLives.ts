import { CacheError } from '#cache/cacheError.ts';
import { isTimerMs, TIMER_BOUNDS } from '#cache/resilience/checkTimerMs.ts';
import type { StandardSchema } from '#cache/validate/standardSchema.ts';
import type { Policy } from './policy.ts';

/** How long entries live, and how they are refreshed. */
export interface EntryLives {
  /** How long an entry is fresh, seconds. */
  readonly ttlSeconds: number;
  /** 0-1; an entry is fresh between `ttlSeconds * (1 - jitterRatio)` and `ttlSeconds`, so that entries stored together do not expire together. @default 0.1 */
  readonly jitterRatio?: number;
  /** How long an entry is kept past its freshness, for when the source fails or is slow, seconds; 0 = not at all. @default ttlSeconds, at most 3600 */
  readonly staleSeconds?: number;
  /** Serve an old entry at once and refresh it in the background, in place of letting the caller wait. @default false */
  readonly staleWhileRevalidate?: boolean;
  /** How long "the source has no such thing" (undefined) is kept, seconds. @default not kept */
  readonly negativeTtlSeconds?: number;
  /** Share of the life, 0-1, after which a read refreshes the entry in the background. @default never */
  readonly refreshAheadRatio?: number;
  /** XFetch: the higher, the earlier reads refresh an entry whose load is slow; 1 = about once a life. @default none */
  readonly earlyRefreshBeta?: number;
  /** Longest load, ms; past it callers get `loadTimeout`, or an old entry. @default 30_000 */
  readonly loadTimeoutMs?: number;
  /** With an old entry at hand, how long a caller waits for the load, ms. @default to its end */
  readonly serveStaleAfterMs?: number;
  /** One load for concurrent misses of all instances, and not only of each: a lease in Redis. @default false */
  readonly lease?: boolean;
  /** Whether L1 may hold the entries, where the cache has one. @default true */
  readonly l1?: boolean;
}

const DEFAULT_JITTER_RATIO = 0.1;
const DEFAULT_LOAD_TIMEOUT_MS = 30_000;
/** A source is mended, or the incident known, within an hour; longer would hold memory for nothing. Ours. */
const MAX_DEFAULT_STALE_SECONDS = 3_600;

/** The policy that the options amount to; the options have been checked. */
export function policyOf<Value>(
  lives: EntryLives,
  kind: { readonly pattern: string; readonly schema: StandardSchema<Value> | undefined },
): Policy<Value> {
  const staleSeconds = lives.staleSeconds ?? Math.min(lives.ttlSeconds, MAX_DEFAULT_STALE_SECONDS);
  return {
    ...kind,
    jitterRatio: lives.jitterRatio ?? DEFAULT_JITTER_RATIO,
    staleMs: Math.round(staleSeconds * 1_000),
    isStaleWhileRevalidate: lives.staleWhileRevalidate ?? false,
    negativeTtlMs: lives.negativeTtlSeconds === undefined ? null : lives.negativeTtlSeconds * 1_000,
    refreshAheadRatio: lives.refreshAheadRatio ?? null,
    earlyRefreshBeta: lives.earlyRefreshBeta ?? null,
    loadTimeoutMs: lives.loadTimeoutMs ?? DEFAULT_LOAD_TIMEOUT_MS,
    serveStaleAfterMs: lives.serveStaleAfterMs ?? null,
    isLeased: lives.lease ?? false,
    isInL1: lives.l1 ?? true,
  };
}

/** Throws `badOptions`, which names the option, its bounds and the value. A TTL is never optional. */
export function checkLives(lives: EntryLives, subject: string): void {
  checkTtl(lives.ttlSeconds, subject);
  const check = (name: keyof EntryLives, isGood: (value: number) => boolean, bounds: string): void => {
    const value: unknown = lives[name];
    if (value === undefined || (typeof value === 'number' && isGood(value))) return;
    throw new CacheError('badOptions', `${subject}: ${name} must be ${bounds}, and is ${String(value)}.`);
  };
  const isPositive = (value: number): boolean => Number.isFinite(value) && value > 0;
  check('jitterRatio', (value) => value >= 0 && value < 1, 'in 0 (included) to 1');
  check('staleSeconds', (value) => Number.isFinite(value) && value >= 0, '0 or more');
  check('negativeTtlSeconds', isPositive, 'above 0');
  check('refreshAheadRatio', (value) => value > 0 && value < 1, 'between 0 and 1');
  check('earlyRefreshBeta', isPositive, 'above 0');
  check('loadTimeoutMs', isTimerMs, TIMER_BOUNDS);
  check('serveStaleAfterMs', isTimerMs, TIMER_BOUNDS);
}

/** Throws `badOptions` when the TTL is not a positive number of seconds. */
export function checkTtl(ttlSeconds: unknown, subject: string): void {
  if (typeof ttlSeconds === 'number' && Number.isFinite(ttlSeconds) && ttlSeconds > 0) return;
  throw new CacheError(
    'badOptions',
    `${subject}: ttlSeconds must be a number above 0, and is ${String(ttlSeconds)}.`,
  );
}

/** Throws `badOptions` unless it is a whole number that the header of an entry can hold. */
export function checkVersion(version: unknown, subject: string): number {
  if (typeof version === 'number' && Number.isSafeInteger(version) && version >= 0) return version;
  throw new CacheError(
    'badOptions',
    `${subject}: version must give a whole number from 0 to 2^53 - 1, and gave ${String(version)}.`,
  );
}
