import { parseTagKeyName } from '#shared/tags/simpleTagLayout.ts';

/** Prefix and tag of an index key as bytes; null when the name is not of the simple layout. */
export function parseSimpleTagKey(tagKey: Buffer): { prefix: Buffer; tag: Buffer } | null {
  // latin1 keeps every byte apart, and the segments that are looked for are ASCII.
  const parsed = parseTagKeyName(tagKey.toString('latin1'));
  if (parsed === null) return null;
  // `key-tags:blog:tag:7` lists the tags of a key named `blog:tag:7`: its members are no keys.
  if (/(^|:)key-tags:/.test(parsed.prefix)) return null;
  return { prefix: Buffer.from(parsed.prefix, 'latin1'), tag: Buffer.from(parsed.tag, 'latin1') };
}
