import type { RedisConnection } from '#server/redis/redisConnection.ts';
import { parseTagIdName } from '#shared/tags/tagIdNames.ts';
import { HOLDS_NOTHING, PURGES_OWN } from '../layoutTraits.ts';
import { readStringMark } from '../marks/readMark.ts';
import type { TagLayout } from '../tagLayout.ts';
import { ReferenceTagIndex } from './referenceTagIndex.ts';

/**
 * Laravel to 9 (Illuminate/Cache/RedisTaggedCache): `{prefix}tag:{tag}:key`, the id of the tag, and the sets
 * `{prefix}{id}:standard_ref` and `{prefix}{id}:forever_ref` of its entries.
 */
export const laravelReferences: TagLayout = {
  id: 'laravelReferences',
  name: 'Laravel to 9',
  indexType: 'string',
  isToldByName: false,
  traits: {
    hasIndexTtl: false,
    orphans: { unsafe: 'Names stand in two sets under an id; the next purge of the tag drops both.' },
    purge: PURGES_OWN,
    reach: HOLDS_NOTHING,
  },
  parseTagKey(tagKey) {
    const name = parseTagIdName(tagKey.toString('latin1'));
    return name === null ? null : Buffer.from(name.tag, 'latin1');
  },
  async open(connection, tagKey) {
    const name = parseTagIdName(tagKey.toString('latin1'));
    if (name === null) return null;
    const id = await readTagId(connection, tagKey);
    return id === null
      ? null
      : ReferenceTagIndex.open(connection, { layout: laravelReferences, tagKey, id, ...name });
  },
};

/** The tag under the key with how many entries its lists name; none where no id stands there, or no entry. */
export async function readReferencedTags(
  connection: RedisConnection,
  tagKey: Buffer,
): Promise<readonly { readonly tagKey: Buffer; readonly tag: Buffer; readonly memberCount: number }[]> {
  const index = await laravelReferences.open(connection, tagKey);
  const memberCount = (await index?.readMemberCount(connection)) ?? 0;
  return index === null || memberCount === 0 ? [] : [{ tagKey, tag: index.tag, memberCount }];
}

/** What `uniqid` gave, without its dot, as PHP serialises text; null where something else stands. */
async function readTagId(connection: RedisConnection, tagKey: Buffer): Promise<string | null> {
  const value = await readStringMark(connection, tagKey);
  const [, id] = /^s:\d+:"([0-9a-f]{13,32})";$/.exec(String(value)) ?? [];
  return id ?? null;
}
