import { ageOf, judgeNeverRead } from '#server/sources/look/judgeNeverRead.ts';
import type { KeyPredicate } from '#shared/acting/keyPredicate.ts';
import type { Fact, KeyFacts } from './keyFacts.ts';

/** Whether it holds of a key, or why that cannot be told, in a sentence. Only `matches` is ever purged. */
export type Verdict = 'matches' | 'fails' | { readonly unknown: string };

const UNKNOWN_AGE =
  'Redis does not tell how old a key is. Entries of cachescope/cache do, and --pattern-ttls PATTERN=SECONDS tells it of a pattern whose keys all get the same TTL.';
const YOUNG = 'They are too young to tell whether somebody will read them.';
const TOUCHED = 'They were last used by a look of this page.';
const UNTOLD = 'Redis did not tell when they were last used.';

/** The facts that it needs, those that disturb least first. */
export function factsFor({ is }: KeyPredicate): readonly Fact[] {
  switch (is) {
    case 'withoutTtl':
      return ['ttl'];
    case 'larger':
      return ['bytes'];
    case 'format':
      return ['value'];
    case 'neverRead':
      return ['ttl', 'use', 'value'];
    case 'older':
      return ['ttl', 'value'];
    case 'idle':
      return ['use'];
  }
}

/** `touchedAtMs`: when a look of this page, other than those of this purge, last touched the key; null = never. */
export function judgePredicate(
  predicate: KeyPredicate,
  facts: KeyFacts,
  touchedAtMs: number | null,
): Verdict {
  if (facts.state === 'gone') return 'fails';
  if (facts.state === 'denied') return { unknown: 'The Redis user may not read them.' };
  switch (predicate.is) {
    case 'withoutTtl':
      return verdictOf(facts.ttlMs === null);
    case 'larger':
      return verdictOf((facts.bytes ?? 0) > predicate.thanBytes);
    case 'format':
      if (facts.value === null) return { unknown: facts.whyNoValue };
      return verdictOf(facts.value.fingerprint?.format === predicate.format);
    case 'neverRead':
      return judgeUse(facts, touchedAtMs);
    case 'older': {
      const ageMs = ageOf(agedKey(facts), facts.declaredTtlMs);
      if (ageMs === null) return { unknown: facts.whyNoValue || UNKNOWN_AGE };
      return verdictOf(ageMs > predicate.thanMs);
    }
    case 'idle':
      return facts.idleMs === null ? { unknown: UNTOLD } : verdictOf(facts.idleMs >= predicate.forMs);
  }
}

function verdictOf(holds: boolean): Verdict {
  return holds ? 'matches' : 'fails';
}

function agedKey({ ttlMs, readAtMs, value }: KeyFacts) {
  return { ttlMs, readAtMs, storedAtMs: value?.storedAtMs ?? null };
}

function judgeUse(facts: KeyFacts, touchedAtMs: number | null): Verdict {
  const { idleMs, frequency, declaredTtlMs } = facts;
  const verdict = judgeNeverRead({ ...agedKey(facts), idleMs, frequency }, { declaredTtlMs, touchedAtMs });
  switch (verdict) {
    case 'neverRead':
      return 'matches';
    case 'read':
      return 'fails';
    case 'unknownAge':
      return { unknown: facts.whyNoValue || UNKNOWN_AGE };
    case 'young':
      return { unknown: YOUNG };
    case 'touched':
      return { unknown: TOUCHED };
    case 'untold':
      return { unknown: UNTOLD };
  }
}
