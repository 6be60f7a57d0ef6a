import { type RedisConnection, RedisFault } from '#server/redis/redisConnection.ts';
import { formatKey } from '#shared/keyText.ts';
import { growthOf, type TagSizes } from '#shared/tags/tagGrowth.ts';
import type { TagSummary } from '#shared/tags/tagSummary.ts';
import type { TagLook } from '../health/tagLook.ts';
import { parseInteger } from '../parseReplies.ts';
import { orThrow, sendInPages } from './sendInPages.ts';
import type { FoundTag } from './tagWalk.ts';

/** A tag of the list, with the newest look at it; what metrics say of its patterns is not known here. */
export interface ListedTag extends Omit<TagSummary, 'health'> {
  readonly look: TagLook | null;
}

/** What is known of a tag besides what Redis is asked now. */
interface KnownOfTags {
  readonly lookOf: (tagKey: Buffer) => TagLook | null;
  readonly sizesOf: (tagKey: Buffer) => TagSizes;
}

/** The tags as they are now, without those that are gone. Reads SCARD or ZCARD, PTTL and MEMORY USAGE of each. */
export async function describeTags(
  connection: RedisConnection,
  tags: readonly FoundTag[],
  { lookOf, sizesOf }: KnownOfTags,
): Promise<readonly ListedTag[]> {
  const indexed = tags.flatMap(({ form, indexKey }) => (indexKey === null ? [] : [{ form, indexKey }]));
  const counts = await sendInPages(connection, indexed, ({ form, indexKey }) => [
    form.countCommand ?? 'TYPE',
    indexKey,
  ]);
  const ttls = await sendInPages(connection, indexed, ({ indexKey }) => ['PTTL', indexKey]);
  const bytes = await sendInPages(connection, indexed, ({ indexKey }) => ['MEMORY', 'USAGE', indexKey]);
  const known = (tagKey: Buffer, memberCount: number | null) => ({
    look: memberCount === null ? null : lookOf(tagKey),
    growth: growthOf(sizesOf(tagKey), memberCount),
  });
  let nextPlace = 0;
  return tags.flatMap(({ form, tagKey, tag, indexKey, ...found }): readonly ListedTag[] => {
    if (indexKey === null) {
      const ofWalk = { memberCount: found.memberCount, ttlMs: null, indexBytes: null };
      return [{ ...namesOf({ form, tagKey, tag }), ...ofWalk, ...known(tagKey, found.memberCount) }];
    }
    const place = nextPlace;
    nextPlace += 1;
    const count = counts[place];
    const ttlMs = parseInteger(orThrow(ttls[place]));
    const usage = bytes[place];
    // Another type by now: whatever stands there is no tag any more.
    const isOther = count instanceof RedisFault && count.kind === 'wrongType';
    if (isOther || ttlMs === -2) return [];
    // What a key of many tags holds is counted by the walk alone.
    const memberCount = form.countCommand === null ? found.memberCount : parseInteger(orThrow(count));
    if (memberCount === 0) return [];
    return [
      {
        ...namesOf({ form, tagKey, tag }),
        memberCount,
        ttlMs: ttlMs !== null && ttlMs >= 0 ? ttlMs : null,
        // Some providers refuse MEMORY; the list is worth having without it. Of many tags in one key none has its own.
        indexBytes: typeof usage === 'number' && form.holder === undefined ? usage : null,
        ...known(tagKey, memberCount),
      },
    ];
  });
}

function namesOf({ form, tagKey, tag }: Pick<FoundTag, 'form' | 'tagKey' | 'tag'>) {
  return { layout: form.id, layoutName: form.name, tag: formatKey(tag), tagKey: formatKey(tagKey) };
}
