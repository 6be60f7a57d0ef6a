/**
 * The library's own tag index. `key` is always the whole name of the entry's key in Redis, so that any tool can remove
 * what the index lists. Braces are notation, not Cluster hash tags; the prefix is the service's and ends in `:` or is empty.
 *
 *   {prefix}tag:{tag}        SET of keys that carry the tag
 *   {prefix}key-tags:{key}   SET of tags that the key carries
 */
export const SIMPLE_LAYOUT = 'simple';
const TAG_SEGMENT = 'tag:';
const KEY_TAGS_SEGMENT = 'key-tags:';

export function tagKeyName(prefix: string, tag: string): string {
  return `${prefix}${TAG_SEGMENT}${tag}`;
}

export function keyTagsKeyName(prefix: string, key: string): string {
  return `${prefix}${KEY_TAGS_SEGMENT}${key}`;
}

/** Prefix and tag of an index key; null when the name is not of this layout. The first `tag:` segment counts. */
export function parseTagKeyName(name: string): { prefix: string; tag: string } | null {
  const at = name.startsWith(TAG_SEGMENT) ? 0 : name.indexOf(`:${TAG_SEGMENT}`) + 1;
  if (at === 0 && !name.startsWith(TAG_SEGMENT)) return null;
  const tag = name.slice(at + TAG_SEGMENT.length);
  return tag === '' ? null : { prefix: name.slice(0, at), tag };
}

/** True for names of the index itself, so that the sampler can keep them apart from cached entries. */
export function isIndexKeyName(name: string): boolean {
  return (
    parseTagKeyName(name) !== null ||
    name.startsWith(KEY_TAGS_SEGMENT) ||
    name.includes(`:${KEY_TAGS_SEGMENT}`)
  );
}
