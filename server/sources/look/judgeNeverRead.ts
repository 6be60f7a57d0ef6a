import type { KeyLook } from './readLook.ts';

/** Idle times are whole seconds of a clock that ticks once a second, and a write takes its time: 0 of 80 read keys were taken for unread (RULES 2.2). */
export const SLACK_MS = 3_000;
/** Under LRU, a key that is not much older than the slack looks unread whatever happened. Ours: three times the slack, and one. */
const MIN_AGE_LRU_MS = 10_000;
/** Under LFU, one decay of the counter (lfu-decay-time, 1 minute unless it was changed): before, a key has had no time to be read. */
const MIN_AGE_LFU_MS = 60_000;
/** LFU_INIT_VAL of Redis's evict.c: the counter of a key that was written and never read, which decays from there. */
const INITIAL_FREQUENCY = 5;

export type UseVerdict = 'neverRead' | 'read' | 'unknownAge' | 'young' | 'touched' | 'untold';

/** What tells the age of a key. */
export interface AgedKey extends Pick<KeyLook, 'ttlMs' | 'readAtMs'> {
  /** By the header of our library's entry, epoch ms; null = it is none, or was not looked at. */
  readonly storedAtMs: number | null;
}

export interface UsedKey extends AgedKey, Pick<KeyLook, 'idleMs' | 'frequency'> {}

export interface KnownOfKey {
  /** TTL that each key of its pattern is given when it is written, where somebody has declared it. */
  readonly declaredTtlMs: number | null;
  /** When we last read its value in a way that Redis takes for use; null = never. */
  readonly touchedAtMs: number | null;
}

/** Whether anybody has read the key since it was written, or why that cannot be told. */
export function judgeNeverRead(key: UsedKey, { declaredTtlMs, touchedAtMs }: KnownOfKey): UseVerdict {
  const { idleMs, frequency } = key;
  if (idleMs === null && frequency === null) return 'untold';
  const ageMs = ageOf(key, declaredTtlMs);
  if (ageMs === null) return 'unknownAge';
  if (ageMs < (frequency === null ? MIN_AGE_LRU_MS : MIN_AGE_LFU_MS)) return 'young';
  if (isTouchedLast(key, touchedAtMs, ageMs)) return 'touched';
  if (frequency !== null) return frequency <= INITIAL_FREQUENCY ? 'neverRead' : 'read';
  return (idleMs ?? 0) >= ageMs - SLACK_MS ? 'neverRead' : 'read';
}

/** Time since the key was stored, ms: by the header of our library's entry, else by the TTL that is left of the declared one. Null = unknown. */
export function ageOf({ storedAtMs, ttlMs, readAtMs }: AgedKey, declaredTtlMs: number | null): number | null {
  if (storedAtMs !== null) return Math.max(0, readAtMs - storedAtMs);
  // More left than declared: the declaration is wrong for this key, and so would its age be.
  if (declaredTtlMs === null || ttlMs === null || ttlMs > declaredTtlMs) return null;
  return declaredTtlMs - ttlMs;
}

/** Nothing that we can tell from our own reading came after it. A touch of before the last write does not count. */
function isTouchedLast(key: UsedKey, touchedAtMs: number | null, ageMs: number): boolean {
  if (touchedAtMs === null) return false;
  const sinceMs = key.readAtMs - touchedAtMs;
  if (sinceMs > ageMs + SLACK_MS) return false;
  return key.idleMs === null || key.idleMs >= sinceMs - SLACK_MS;
}
