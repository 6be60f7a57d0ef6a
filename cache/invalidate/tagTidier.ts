import { CacheError } from '#cache/cacheError.ts';
import type { EntryStore } from '#cache/entries/entryStore.ts';
import type { CacheEvents } from '#cache/metrics/cacheEvents.ts';
import { parseBuffers } from '#cache/store/parseReply.ts';
import type { RedisTransport } from '#cache/store/redisTransport.ts';
import { tagKeyName } from '#shared/tags/simpleTagLayout.ts';

export interface TidySurroundings {
  readonly transport: RedisTransport;
  readonly entries: EntryStore;
  readonly events: CacheEvents;
  readonly prefix: string;
  readonly random: () => number;
  readonly maxMembersPerTag: number;
}

/**
 * Share of tagged writes that look at a sample of their tags. With `SAMPLE_SIZE` members looked at per 32 writes, a tag
 * gains at most 32 members while 100 are checked, so that members whose entry expired settle below a third of the set.
 */
const TIDY_RATIO = 1 / 32;
const SAMPLE_SIZE = 100;

/**
 * Keeps tag sets from growing by members whose entry expired or was evicted: now and then a write checks a sample of its
 * tags. The cap on members is soft: past it an entry is stored and indexed all the same, and counted as `tagFull`. An entry
 * left out of the index would survive invalidations, one that is not stored would send its load to the source.
 */
export async function tidyTagsSometimes(around: TidySurroundings, tags: readonly string[]): Promise<void> {
  if (tags.length === 0 || around.random() >= TIDY_RATIO) return;
  await Promise.all(tags.map((tag) => tidyTag(around, tag)));
}

/** Checks one sample of a tag's members: SCARD, SRANDMEMBER 100 and one script. */
export async function tidyTag(around: TidySurroundings, tag: string): Promise<void> {
  const { transport, events } = around;
  const tagKey = tagKeyName(around.prefix, tag);
  const [size, sample] = await Promise.all([
    transport.run((redis) => redis.scard(tagKey)),
    transport.run((redis) => redis.srandmemberBuffer(tagKey, SAMPLE_SIZE)),
  ]);
  if (!size.isDone || !sample.isDone) {
    const failed = size.isDone ? sample : size;
    if (!failed.isDone)
      events.emit('fallback', { operation: 'tidy', code: failed.code, error: failed.error });
    return;
  }
  if (size.reply > around.maxMembersPerTag) {
    const error = new CacheError('tagFull', `The tag ${tag} has more members than maxMembersPerTag.`, {
      key: tagKey,
    });
    events.emit('fallback', { operation: 'tidy', code: 'tagFull', error });
  }
  const members = parseBuffers(sample.reply);
  if (members.length === 0) return;
  const dropped = await around.entries.dropGone(tag, members);
  if (!dropped.isDone)
    events.emit('fallback', { operation: 'tidy', code: dropped.code, error: dropped.error });
}
