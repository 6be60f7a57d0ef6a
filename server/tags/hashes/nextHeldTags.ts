import type { RedisConnection } from '#server/redis/redisConnection.ts';
import type { TagLayout } from '../tagLayout.ts';
import { HeldTagIndex } from './heldTagIndex.ts';
import { heldTagKey, holderKey, parseHeldTag, parseHolder, parseTags } from './heldTags.ts';
import { readHashPage, walkHash } from './walkHash.ts';

const PROOF_FIELDS = 20;

/**
 * Cache handlers of Next.js: @neshca/cache-handler, @fortedigital/nextjs-cache-handler (redis-strings) and
 * @trieb.work/nextjs-turbo-redis-cache (pages and Cache Components), with the names of keys that they have by default.
 */
export const nextHeldTags: TagLayout = {
  id: 'nextSharedTags',
  name: 'Next.js handlers',
  indexType: 'hash',
  isToldByName: false,
  traits: {
    hasIndexTtl: false,
    orphans: {
      unsafe:
        'A field of this hash holds all tags of an entry, handlers keep copies of it in memory, and they sweep it themselves: taken out from outside, an entry that is stored meanwhile would lose its tags.',
    },
    purge:
      'A purge removes the entries and their fields of the hash, and notes the time for tags of paths (_N_T_).',
    reach:
      'Handlers with a copy in memory are told on the channels of nextjs-turbo-redis-cache; local-lru of the others serves its copies.',
  },
  parseTagKey(tagKey) {
    const held = parseHeldTag(tagKey.toString('latin1'));
    return held === null ? null : Buffer.from(held.tag, 'latin1');
  },
  async open(connection, tagKey) {
    const held = parseHeldTag(tagKey.toString('latin1'));
    if (held === null || !(await holdsTags(connection, holderKey(held)))) return null;
    return new HeldTagIndex(nextHeldTags, tagKey, held);
  },
};

/** The tags that one hash holds, with how many entries carry each; none where the hash holds something else. Reads all of it. */
export async function readHeldTags(
  connection: RedisConnection,
  holder: Buffer,
): Promise<readonly { readonly tagKey: Buffer; readonly tag: Buffer; readonly memberCount: number }[]> {
  const parsed = parseHolder(holder.toString('latin1'));
  if (parsed === null || !(await holdsTags(connection, holder))) return [];
  const entriesOf = new Map<string, Set<string>>();
  for await (const fields of walkHash(connection, holder)) {
    for (const { field, value } of fields) {
      for (const tag of parseTags(value) ?? []) {
        const entries = entriesOf.get(tag) ?? new Set();
        entriesOf.set(tag, entries.add(field.toString('latin1')));
      }
    }
  }
  return [...entriesOf]
    .filter(([tag]) => tag !== '')
    .map(([tag, entries]) => ({
      tagKey: heldTagKey({ ...parsed, tag }),
      tag: Buffer.from(tag, 'latin1'),
      memberCount: entries.size,
    }));
}

async function holdsTags(connection: RedisConnection, holder: Buffer): Promise<boolean> {
  if (String(await connection.send('TYPE', holder)) !== 'hash') return false;
  const { fields } = await readHashPage(connection, holder, { cursor: '0', count: PROOF_FIELDS });
  return fields.some(({ value }) => parseTags(value) !== null);
}
