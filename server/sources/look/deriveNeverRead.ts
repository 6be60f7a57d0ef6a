import type { NeverRead } from '#shared/look/patternLook.ts';
import { known, type Reading, unknown } from '#shared/reading.ts';
import { wilson } from '#shared/statistics.ts';
import { judgeNeverRead, type UseVerdict } from './judgeNeverRead.ts';
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

/** The share of keys that nobody read since they were written. Unknown where no key's age can be told. */
export function deriveNeverRead(input: NeverReadInput): Reading<NeverRead> {
  const seen = input.keys.filter(({ state }) => state === 'seen');
  const verdicts = seen.map((key) =>
    judgeNeverRead(
      { ...key, storedAtMs: key.value?.header?.storedAtMs ?? null },
      { declaredTtlMs: input.declaredTtlMs, touchedAtMs: input.touchedAtMs(key.text) },
    ),
  );
  const count = (wanted: UseVerdict): number => verdicts.filter((verdict) => verdict === wanted).length;
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
