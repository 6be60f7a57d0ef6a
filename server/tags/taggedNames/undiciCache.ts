import type { RedisConnection } from '#server/redis/redisConnection.ts';
import { readHashPage } from '../hashes/walkHash.ts';
import type { TagLayout } from '../tagLayout.ts';
import { TaggedNameIndex } from './taggedNameIndex.ts';
import { namedTagKey, parseNamedTag, parseTaggedName } from './taggedNames.ts';

const PROOF_FIELDS = 20;

/**
 * undici-cache-redis (Platformatic): `{prefix}cache-tags:{tags}:{id}` beside `metadata:`, `ids:` and `values:`. Its own purge
 * of a tag looks for names that hold the tag as text, so that purging `user` also removes what is tagged `users`; ours is exact.
 */
export const undiciCache: TagLayout = {
  id: 'undiciCache',
  name: 'undici-cache-redis',
  indexType: 'hash',
  isToldByName: false,
  traits: {
    hasIndexTtl: false,
    orphans: {
      unsafe: 'There is no index: tags stand in the name of a key beside each entry, which expires with it.',
    },
    purge: 'A purge removes the four keys of each entry that carries exactly this tag.',
    reach: 'Services with client-side caching are told by Redis itself.',
  },
  parseTagKey(tagKey) {
    const named = parseNamedTag(tagKey.toString('latin1'));
    return named === null ? null : Buffer.from(named.tag, 'latin1');
  },
  // What there is, the walk over its entries tells.
  async open(_connection, tagKey) {
    const named = parseNamedTag(tagKey.toString('latin1'));
    return named === null ? null : new TaggedNameIndex(undiciCache, tagKey, named);
  },
};

/** The tags in the name of one key, each of one entry more; none where the hash is not one of this layout. */
export async function readNamedTags(
  connection: RedisConnection,
  key: Buffer,
): Promise<readonly { readonly tagKey: Buffer; readonly tag: Buffer; readonly memberCount: number }[]> {
  const name = parseTaggedName(key.toString('latin1'));
  if (name === null) return [];
  const { fields } = await readHashPage(connection, key, { cursor: '0', count: PROOF_FIELDS });
  if (!fields.some(({ field }) => String(field) === 'metadataKey')) return [];
  return name.tags.map((tag) => ({
    tagKey: namedTagKey({ prefix: name.prefix, tag }),
    tag: Buffer.from(tag, 'latin1'),
    memberCount: 1,
  }));
}
