import type { InvalidationMode } from '#cache/entries/entryStore.ts';
import { keyMatcher, literalStart } from '#shared/keys/namePattern.ts';

/**
 * So many patterns that begin alike are held against a key; about 50 µs at worst, half of what a read of Redis takes. With more,
 * every key that begins like them counts as meant: a load too many, never an old value. Ours.
 */
const MAX_TESTED_COUNT = 32;

/** Patterns with the same text before their first wildcard. */
interface Group {
  readonly patterns: Map<
    string,
    { readonly isMeant: (key: string) => boolean; readonly mode: InvalidationMode }
  >;
  hardCount: number;
}

/** Patterns of invalidations that wait, found by how they begin: what a key costs does not grow with their number. */
export class QueuedPatterns {
  /** By the length of the text before the first wildcard, then by the text. */
  readonly #groups = new Map<number, Map<string, Group>>();

  /** In place of the mode that it had. */
  set(pattern: string, mode: InvalidationMode): void {
    this.delete(pattern);
    const group = this.#groupOf(literalStart(pattern));
    group.patterns.set(pattern, { isMeant: keyMatcher(pattern), mode });
    if (mode === 'hard') group.hardCount += 1;
  }

  delete(pattern: string): void {
    const start = literalStart(pattern);
    const byStart = this.#groups.get(start.length);
    const group = byStart?.get(start);
    if (group?.patterns.get(pattern)?.mode === 'hard') group.hardCount -= 1;
    group?.patterns.delete(pattern);
    if (group?.patterns.size === 0) byStart?.delete(start);
    if (byStart?.size === 0) this.#groups.delete(start.length);
  }

  /** The hardest that means the key; null = none does. */
  modeOf(key: string): InvalidationMode | null {
    let found: InvalidationMode | null = null;
    for (const [length, byStart] of this.#groups) {
      const group = byStart.get(key.slice(0, length));
      const mode = group === undefined ? null : modeIn(group, key);
      if (mode === 'hard') return mode;
      found ??= mode;
    }
    return found;
  }

  #groupOf(start: string): Group {
    let byStart = this.#groups.get(start.length);
    if (byStart === undefined) {
      byStart = new Map();
      this.#groups.set(start.length, byStart);
    }
    let group = byStart.get(start);
    if (group === undefined) {
      group = { patterns: new Map(), hardCount: 0 };
      byStart.set(start, group);
    }
    return group;
  }
}

function modeIn({ patterns, hardCount }: Group, key: string): InvalidationMode | null {
  if (patterns.size > MAX_TESTED_COUNT) return hardCount > 0 ? 'hard' : 'soft';
  let found: InvalidationMode | null = null;
  for (const { isMeant, mode } of patterns.values()) {
    if (mode === found || !isMeant(key)) continue;
    if (mode === 'hard') return mode;
    found = mode;
  }
  return found;
}
