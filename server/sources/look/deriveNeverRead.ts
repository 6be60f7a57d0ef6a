import type { NeverRead } from '#shared/look/patternLook.ts';
import { known, type Reading, unknown } from '#shared/reading.ts';
import { wilson } from '#shared/statistics.ts';
import type { KeyLook } from './readLook.ts';

export interface NeverReadInput {
  readonly keys: readonly KeyLook[];
  /** TTL that each key of the pattern is given when it is written, where somebody has declared it. */
  readonly declaredTtlMs: number | null;
  /** When a look of ours last read the value of a key in a way that Redis takes for use; null = never. */
  readonly touchedAtMs: (text: string) => number | null;
  readonly atMs: number;
  readonly from: string;
}

/** Idle times are whole seconds of a clock that ticks once a second, and a write takes its time: 0 of 80 read keys were taken for unread (RULES 2.2). */
const SLACK_MS = 3_000;
/** Under LRU, a key that is not much older than the slack looks unread whatever happened. Ours: three times the slack, and one. */
const MIN_AGE_LRU_MS = 10_000;
/** Under LFU, one decay of the counter (lfu-decay-time, 1 minute unless it was changed): before, a key has had no time to be read. */
const MIN_AGE_LFU_MS = 60_000;
/** LFU_INIT_VAL of Redis's evict.c: the counter of a key that was written and never read, which decays from there. */
const INITIAL_FREQUENCY = 5;

type Verdict = 'neverRead' | 'read' | 'unknownAge' | 'young' | 'touched' | 'untold';

/** The share of keys that nobody read since they were written. Unknown where no key's age can be told. */
export function deriveNeverRead(input: NeverReadInput): Reading<NeverRead> {
  const seen = input.keys.filter(({ state }) => state === 'seen');
  const verdicts = seen.map((key) => judge(key, input));
  const count = (wanted: Verdict): number => verdicts.filter((verdict) => verdict === wanted).length;
  const neverReadCount = count('neverRead');
  const judgedCount = neverReadCount + count('read');
  const share = wilson(neverReadCount, judgedCount);
  const unknownAgeCount = count('unknownAge');
  if (share === null) return whyNone(seen.length, unknownAgeCount);
  const value: NeverRead = {
    basis: seen.some(({ frequency }) => frequency !== null) ? 'frequency' : 'idleTime',
    neverReadCount,
    judgedCount,
    share,
    unknownAgeCount,
    youngCount: count('young'),
    touchedCount: count('touched'),
  };
  return known(value, input.atMs, input.from);
}

function whyNone(seenCount: number, unknownAgeCount: number): Reading<never> {
  if (seenCount === 0) return unknown('notEnoughData', 'No key that was asked for is there any more.');
  if (unknownAgeCount > 0) {
    return unknown(
      'notConfigured',
      'Redis does not tell how old a key is. Say --pattern-ttls PATTERN=SECONDS where each key of the pattern is given the same TTL; entries of cachescope/cache tell it by themselves.',
    );
  }
  return unknown('notEnoughData', 'The keys are too young, or were last used by our own look at them.');
}

function judge(key: KeyLook, input: NeverReadInput): Verdict {
  const { idleMs, frequency } = key;
  if (idleMs === null && frequency === null) return 'untold';
  const ageMs = ageOf(key, input.declaredTtlMs);
  if (ageMs === null) return 'unknownAge';
  if (ageMs < (frequency === null ? MIN_AGE_LRU_MS : MIN_AGE_LFU_MS)) return 'young';
  if (isTouchedLast(key, input.touchedAtMs(key.text), ageMs)) return 'touched';
  if (frequency !== null) return frequency <= INITIAL_FREQUENCY ? 'neverRead' : 'read';
  return (idleMs ?? 0) >= ageMs - SLACK_MS ? 'neverRead' : 'read';
}

/** By the header of our library's entry, else by the TTL that is left of the declared one. */
function ageOf({ value, ttlMs, readAtMs }: KeyLook, declaredTtlMs: number | null): number | null {
  const storedAtMs = value?.header?.storedAtMs;
  if (storedAtMs !== undefined) return Math.max(0, readAtMs - storedAtMs);
  // More left than declared: the declaration is wrong for this key, and so would its age be.
  if (declaredTtlMs === null || ttlMs === null || ttlMs > declaredTtlMs) return null;
  return declaredTtlMs - ttlMs;
}

/** Nothing that we can tell from our own reading came after it. A touch of before the last write does not count. */
function isTouchedLast(key: KeyLook, touchedAtMs: number | null, ageMs: number): boolean {
  if (touchedAtMs === null) return false;
  const sinceMs = key.readAtMs - touchedAtMs;
  if (sinceMs > ageMs + SLACK_MS) return false;
  return key.idleMs === null || key.idleMs >= sinceMs - SLACK_MS;
}
