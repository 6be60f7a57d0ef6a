/**
 * Tags of Next.js's cache handlers stand together in one hash, `{prefix}__sharedTags__`: entries without the prefix, each with
 * its tags as JSON. In requests a tag is named by `{prefix}__sharedTags__[{tag}]`. Bytes spelled as latin1.
 */
const HOLDER = '__sharedTags__';

export interface HeldTag {
  readonly prefix: string;
  readonly tag: string;
}

/** The prefix of a hash of tags; null for any other key. */
export function parseHolder(key: string): string | null {
  return key.endsWith(HOLDER) ? key.slice(0, -HOLDER.length) : null;
}

export function parseHeldTag(tagKey: string): HeldTag | null {
  const [, prefix, tag] = /^(.*?)__sharedTags__\[(.+)\]$/s.exec(tagKey) ?? [];
  return prefix === undefined || tag === undefined ? null : { prefix, tag };
}

export function heldTagKey({ prefix, tag }: HeldTag): Buffer {
  return Buffer.from(`${prefix}${HOLDER}[${tag}]`, 'latin1');
}

export function holderKey(prefix: string): Buffer {
  return Buffer.from(prefix + HOLDER, 'latin1');
}

/** The tags of one field, as bytes spelled as latin1; null when the value is no list of tags. */
export function parseTags(value: Buffer): readonly string[] | null {
  try {
    const parsed: unknown = JSON.parse(value.toString('utf8'));
    if (!Array.isArray(parsed) || !parsed.every((tag) => typeof tag === 'string')) return null;
    return parsed.map((tag) => Buffer.from(tag).toString('latin1'));
  } catch {
    return null;
  }
}
