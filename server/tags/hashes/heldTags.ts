/**
 * Tags of Next.js's cache handlers stand together in one hash, `{prefix}__sharedTags__`: entries without the prefix, each with
 * its tags as JSON. In requests a tag is named by `{prefix}__sharedTags__[{tag}]`. Bytes spelled as latin1.
 */
export interface HolderNames {
  readonly holder: string;
  /** The hash of when tags were last revalidated. */
  readonly revalidated: string;
  /** After `:sync-channel:`, where processes hear what to drop from memory. */
  readonly memory: string;
  /** The hash of when entries end; null where there is none. */
  readonly ends: string | null;
  /** Whether entries are compared with the time of every tag, or only of those that Next.js gives to paths. */
  readonly comparesAll: boolean;
}

/** Of pages and fetches, and of Cache Components (turbo-redis alone). */
const kinds: readonly HolderNames[] = [
  {
    holder: '__cacheComponents_sharedTags__',
    revalidated: '__cacheComponents_revalidated_tags__',
    memory: '__cacheComponents_inMemoryDeduplicationCache__',
    ends: null,
    comparesAll: true,
  },
  {
    holder: '__sharedTags__',
    revalidated: '__revalidated_tags__',
    memory: 'inMemoryDeduplicationCache',
    ends: '__sharedTagsTtl__',
    comparesAll: false,
  },
];

export interface Holder {
  readonly prefix: string;
  readonly names: HolderNames;
}

export interface HeldTag extends Holder {
  readonly tag: string;
}

/** Null for a key that is not named as a hash of tags. */
export function parseHolder(key: string): Holder | null {
  const names = kinds.find(({ holder }) => key.endsWith(holder));
  return names === undefined ? null : { prefix: key.slice(0, -names.holder.length), names };
}

export function parseHeldTag(tagKey: string): HeldTag | null {
  for (const names of kinds) {
    const at = tagKey.indexOf(`${names.holder}[`);
    const tag = tagKey.slice(at + names.holder.length + 1, -1);
    if (at >= 0 && tag !== '' && tagKey.endsWith(']')) return { prefix: tagKey.slice(0, at), names, tag };
  }
  return null;
}

export function heldTagKey({ prefix, names, tag }: HeldTag): Buffer {
  return Buffer.from(`${prefix}${names.holder}[${tag}]`, 'latin1');
}

export function holderKey({ prefix, names }: Holder): Buffer {
  return Buffer.from(prefix + names.holder, 'latin1');
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
