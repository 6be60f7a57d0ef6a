import { CacheError } from '#cache/cacheError.ts';

/** Longest tag, in characters. Ours: the name of its set stays far below what tools cope with. */
const MAX_TAG_LENGTH = 512;

/** The tags without repeats. Throws `tooManyTags`, or `badOptions` for a tag that is empty, too long or not text. */
export function checkTags(tags: readonly string[], maxTagsPerEntry: number): readonly string[] {
  const unique = [...new Set(tags)];
  for (const tag of unique) checkTag(tag);
  if (unique.length <= maxTagsPerEntry) return unique;
  throw new CacheError(
    'tooManyTags',
    `An entry may carry ${maxTagsPerEntry} tags (maxTagsPerEntry), and this one has ${unique.length}.`,
  );
}

export function checkTag(tag: unknown): void {
  if (typeof tag === 'string' && tag !== '' && tag.length <= MAX_TAG_LENGTH && tag.isWellFormed()) return;
  throw new CacheError('badOptions', `A tag is a text of 1 to ${MAX_TAG_LENGTH} characters.`);
}
