import { type RedisConnection, RedisFault, type RedisReply } from '#server/redis/redisConnection.ts';
import type { IndexedTag, KeyTag, KeyTags } from '#shared/keys/keyInspection.ts';
import { formatKey } from '#shared/keyText.ts';
import { known, type Reading, unknown } from '#shared/reading.ts';
import { parseScanPage } from '../parseReplies.ts';
import { tagLayouts } from '../tagLayouts.ts';
import { layoutsWithReverse, type ReverseIndex, reverseIndexesOf } from './reverseIndexes.ts';

/** Tags of a set that are read; an entry with more is listed under its first ones. */
const MAX_TAGS = 200;
/** Longer names are asked for in no layout: each question carries the whole name. */
const MAX_NAME_BYTES = 8 * 1_024;

/**
 * The tags that an entry carries, by the lists that some layouts keep of them, with how many keys each tag's index lists. Cost: a MEMORY
 * USAGE for each name such a list may have (some twelve, no look-ups), an SSCAN for each that is there, an SCARD for each tag.
 * Rejects with `RedisFault` when the connection fails.
 */
export async function readTagsOfKey(
  connection: RedisConnection,
  key: Buffer,
  atMs: number,
): Promise<Reading<KeyTags>> {
  if (key.length > MAX_NAME_BYTES) {
    return unknown('notSupported', 'The tags of a key whose name is longer than 8 KiB are not looked up.');
  }
  const indexes = reverseIndexesOf(key);
  const sizes = await connection.pipeline(
    indexes.map(({ tagsKey }) => ['MEMORY', 'USAGE', Buffer.from(tagsKey, 'latin1')]),
  );
  const fault = sizes.find((size) => size instanceof RedisFault && size.kind !== 'keyNotPermitted');
  if (fault instanceof RedisFault) {
    return unknown(fault.kind === 'notPermitted' ? 'notPermitted' : 'failed', fault.message);
  }
  const there = indexes.filter((_, at) => typeof sizes[at] === 'number');
  const pages = await connection.pipeline(
    there.map(({ tagsKey }) => ['SSCAN', Buffer.from(tagsKey, 'latin1'), '0', 'COUNT', MAX_TAGS]),
  );
  const listed = there.flatMap((index, at) => listedTags(index, pages[at]));
  const refused = pages.find((page) => page instanceof RedisFault && page.kind === 'notPermitted');
  if (refused instanceof RedisFault) return unknown('notPermitted', refused.message);
  const shown = listed.slice(0, MAX_TAGS);
  const counts = await connection.pipeline(shown.map(({ indexKey }) => ['SCARD', indexKey]));
  const tags = shown.map(({ layoutName, tag }, at): KeyTag => {
    const count = counts[at];
    // 0 is the reply of a key that is not there: an empty set does not exist.
    return { layoutName, tag, memberCount: typeof count === 'number' && count > 0 ? count : null };
  });
  const isCut = shown.length < listed.length || pages.some(isUnfinished);
  return known({ tags, isCut, untoldLayouts }, atMs, 'the lists of tags that entries have');
}

const untoldLayouts: readonly string[] = tagLayouts
  .filter((layout) => !layoutsWithReverse.includes(layout))
  .map(({ name }) => name);

function listedTags({ layout, indexPrefix }: ReverseIndex, page: RedisReply | undefined) {
  // Another type under the name: it is no list of tags.
  if (page === undefined || page instanceof RedisFault) return [];
  return parseScanPage(page).elements.map((tag) => ({
    layoutName: layout.name,
    tag: formatKey(tag),
    indexKey: Buffer.concat([Buffer.from(indexPrefix, 'latin1'), tag]),
  }));
}

function isUnfinished(page: RedisReply): boolean {
  return !(page instanceof RedisFault) && parseScanPage(page).cursor !== null;
}

/** The tags whose index the key is, by its name and type. */
export function indexedTags(key: Buffer, type: string | null): readonly IndexedTag[] {
  if (key.length > MAX_NAME_BYTES) return [];
  return tagLayouts.flatMap((layout) => {
    const tag = layout.indexType === type && layout.isToldByName ? layout.parseTagKey(key) : null;
    return tag === null ? [] : [{ layoutName: layout.name, tag: formatKey(tag) }];
  });
}
