import { CacheError } from '#cache/cacheError.ts';
import type { InvalidationMode } from '#cache/entries/entryStore.ts';
import type { Invalidation } from '#cache/invalidate/invalidation.ts';
import { checkKeyPattern } from '#cache/keys/keyPattern.ts';
import { wholeKey } from '#cache/keys/wholeKey.ts';
import { checkTag } from '#cache/write/tagLimits.ts';
import type { EventTargets } from './eventContract.ts';
import type { FamilyKey } from './keyNames.ts';

export interface TargetSurroundings {
  readonly prefix: string;
  /** The whole name of an entry; null = its version is not known now. Throws `unknownFamily` or `badField`. */
  nameOf(key: FamilyKey): Promise<string | null>;
}

/** Targets of one event: more mean that a tag is missing. Ours. */
const MAX_TARGETS = 10_000;

/**
 * The invalidations that a contract asks for; null when a name is not known now. Throws what the public calls would throw, as
 * `patternTooBroad`.
 */
export async function prepareTargets(
  around: TargetSurroundings,
  targets: EventTargets,
): Promise<readonly Invalidation[] | null> {
  const { keys = [], tags = [], patterns = [], mode = 'hard' } = targets;
  checkTargets({ count: keys.length + tags.length + patterns.length, mode });
  const invalidations: Invalidation[] = [];
  const add = (kind: Invalidation['kind'], target: string): void => {
    invalidations.push({ kind, target, mode, source: 'event' });
  };
  for (const tag of tags) {
    checkTag(tag);
    add('tag', tag);
  }
  for (const pattern of patterns) add('pattern', checkKeyPattern(around.prefix, pattern));
  for (const key of keys) {
    const name =
      typeof key === 'object' && key !== null ? await around.nameOf(key) : wholeKey(around.prefix, key);
    if (name === null) return null;
    add('key', name);
  }
  return invalidations;
}

function checkTargets({ count, mode }: { readonly count: number; readonly mode: InvalidationMode }): void {
  if (count > MAX_TARGETS) {
    throw new CacheError(
      'badOptions',
      `An event may name ${MAX_TARGETS} keys, tags and patterns, and this one names ${count}. Give the entries a tag.`,
    );
  }
  if (mode === 'hard' || mode === 'soft') return;
  throw new CacheError('badOptions', `mode must be "hard" or "soft", and is "${String(mode)}".`);
}
