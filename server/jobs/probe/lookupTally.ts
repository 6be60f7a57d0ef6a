import type { PatternLearner } from '#shared/keyPattern/patternLearner.ts';
import type { LookupCounts } from '#shared/lookups.ts';
import { HottestMissed, type MissedKeys } from './hottestMissed.ts';

/** Look-ups by pattern. Memory is bounded by the learner's patterns, however many keys come by. */
export interface LookupTally {
  add(keyText: string, isMiss: boolean): void;
  /** Most look-ups first. */
  patterns(): readonly ({ readonly pattern: string } & LookupCounts)[];
  /** Which keys were missed most. */
  missed(): MissedKeys;
}

/** Patterns need no more of a key, and the sampler keeps as much. */
const KEPT_CHARS = 1_024;

export function openLookupTally(learner: Pick<PatternLearner, 'learn' | 'canonical'>): LookupTally {
  const counts = new Map<string, { hits: number; misses: number }>();
  const missed = new HottestMissed();
  return {
    missed: () => missed.result(),
    add(keyText, isMiss) {
      if (isMiss) missed.add(keyText);
      const pattern = learner.learn(
        keyText.length > KEPT_CHARS ? `${keyText.slice(0, KEPT_CHARS)}…` : keyText,
      );
      let count = counts.get(pattern);
      if (count === undefined) {
        count = { hits: 0, misses: 0 };
        counts.set(pattern, count);
      }
      if (isMiss) count.misses += 1;
      else count.hits += 1;
    },
    patterns() {
      const merged = new Map<string, { hits: number; misses: number }>();
      for (const [pattern, { hits, misses }] of counts) {
        // What was a word of its own at first may be one of many slugs by now.
        const name = learner.canonical(pattern);
        const sum = merged.get(name) ?? { hits: 0, misses: 0 };
        merged.set(name, { hits: sum.hits + hits, misses: sum.misses + misses });
      }
      return [...merged]
        .map(([pattern, count]) => ({ pattern, ...count }))
        .toSorted((a, b) => b.hits + b.misses - a.hits - a.misses);
    },
  };
}
