/**
 * undici-cache-redis lists no entries of a tag: each entry has a key whose name holds its tags, `{prefix}cache-tags:{tag}:{tag}:{id}`.
 * In requests a tag is named by `{prefix}cache-tags:[{tag}]`. Names are bytes spelled as latin1. A tag with a colon stands
 * there as several, and is named by all of them.
 */
const SEGMENT = 'cache-tags:';

export interface NamedTag {
  readonly prefix: string;
  readonly tag: string;
}

export interface TaggedName {
  readonly prefix: string;
  readonly tags: readonly string[];
  readonly id: string;
}

export function parseNamedTag(tagKey: string): NamedTag | null {
  const [, prefix, tag] = /^(.*?)cache-tags:\[(.+)\]$/s.exec(tagKey) ?? [];
  return prefix === undefined || tag === undefined ? null : { prefix, tag };
}

export function namedTagKey({ prefix, tag }: NamedTag): Buffer {
  return Buffer.from(`${prefix}${SEGMENT}[${tag}]`, 'latin1');
}

/** Null for a key that is not named so. */
export function parseTaggedName(key: string): TaggedName | null {
  const [, prefix, tags, id] = /^(.*?)cache-tags:(.+):([^:]+)$/s.exec(key) ?? [];
  if (prefix === undefined || tags === undefined || id === undefined) return null;
  return { prefix, tags: [...new Set(tags.split(':'))].filter((tag) => tag !== ''), id };
}

/** Before the tags of every entry of the prefix. */
export function taggedNameStart(prefix: string): string {
  return prefix + SEGMENT;
}

/** Whether the key is named as one of an entry that carries exactly this tag; the library also takes parts of tags for it. */
export function carries({ prefix, tag }: NamedTag, key: string): boolean {
  const name = parseTaggedName(key);
  if (name === null || name.prefix !== prefix) return false;
  const list = key.slice(taggedNameStart(prefix).length, -name.id.length);
  return `:${list}`.includes(`:${tag}:`);
}
