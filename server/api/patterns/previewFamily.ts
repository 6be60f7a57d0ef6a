import { createDeclaredFamilies } from '#shared/keyPattern/declaredFamilies.ts';
import type { PatternSnapshot } from '#shared/snapshot.ts';

/** What a template would gather, told from the example keys that the last sample kept of each pattern. */
export interface FamilyPreview {
  /** Patterns of which an example matches, most keys first, at most 100; `isWhole` when every example does. */
  readonly merged: readonly {
    readonly pattern: string;
    readonly keyCount: number;
    readonly isWhole: boolean;
  }[];
  readonly mergedCount: number;
  /** Keys of all of them, estimated from the sample. */
  readonly keyCount: number;
  /** Patterns whose keys were looked at. */
  readonly lookedAtCount: number;
}

const MAX_SHOWN = 100;

export function previewFamily(template: string, patterns: readonly PatternSnapshot[]): FamilyPreview {
  const families = createDeclaredFamilies();
  families.declare(template);
  const sampled = patterns.flatMap(({ pattern, sample }) =>
    sample.state === 'known' ? [{ pattern, sample: sample.value }] : [],
  );
  const merged = sampled
    .flatMap(({ pattern, sample: { examples, keyCount } }) => {
      const matchCount = examples.filter((key) => families.match(key) !== null).length;
      if (matchCount === 0) return [];
      return [{ pattern, keyCount: keyCount.value, isWhole: matchCount === examples.length }];
    })
    .sort((a, b) => b.keyCount - a.keyCount);
  return {
    merged: merged.slice(0, MAX_SHOWN),
    mergedCount: merged.length,
    keyCount: merged.reduce((sum, { keyCount }) => sum + keyCount, 0),
    lookedAtCount: sampled.length,
  };
}
