import { type LookupCounts, MIN_LOOKUP_COUNT } from '#shared/lookups.ts';
import { type Proportion, wilson } from '#shared/statistics.ts';

/**
 * A hit rate counts as worse when both 95 % intervals lie apart and it fell by this many points, or the misses at least
 * doubled. Ours: below it, ordinary wobble between two minutes would be coloured; RULES of the diagnosis are stricter.
 */
const WORSE_POINTS = 2;
const WORSE_MISS_FACTOR = 2;
/** Extra misses a second below which a change costs the source nothing worth a colour. Ours. */
const WORSE_EXTRA_PER_SECOND = 0.1;

/** The hit rate where enough look-ups stand behind it. */
export function enoughHit(counts: LookupCounts | null): Proportion | null {
  const lookupCount = counts === null ? 0 : counts.hits + counts.misses;
  return counts === null || lookupCount < MIN_LOOKUP_COUNT ? null : wilson(counts.hits, lookupCount);
}

/** True when the hit rate fell against before by more than noise, and enough misses came of it. */
export function isWorseThan(
  hit: Proportion | null,
  before: Proportion | null,
  extraPerSecond: number | null,
): boolean {
  if (hit === null || before === null || extraPerSecond === null) return false;
  if (extraPerSecond < WORSE_EXTRA_PER_SECOND || hit.high >= before.low) return false;
  const fellPoints = (before.ratio - hit.ratio) * 100;
  return fellPoints >= WORSE_POINTS || 1 - hit.ratio >= WORSE_MISS_FACTOR * (1 - before.ratio);
}
