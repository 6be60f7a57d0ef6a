import type { RedisCommand, RedisConnection } from '#server/redis/redisConnection.ts';
import { orThrow } from '#server/tags/directory/sendInPages.ts';
import type { TagIndex } from '#server/tags/tagLayout.ts';
import { KEYS_PER_UNLINK } from '#shared/acting/plan.ts';
import { split } from './surveyIndex.ts';

/** Members that were taken out of an index. */
export interface TakenOut {
  readonly keys: readonly Buffer[];
  /** The tags that were taken out of the list of an entry's tags, by the key of the entry as latin1. */
  readonly reverseTags: ReadonlyMap<string, readonly Buffer[]>;
}

/**
 * Lists again those of the entries that exist by now, and puts their tags back; lists one too much rather than one too few. Returns how
 * many there were. Throws `RedisFault`.
 */
export async function relistStored(
  connection: RedisConnection,
  index: TagIndex,
  { keys, reverseTags }: TakenOut,
): Promise<number> {
  let count = 0;
  for (let at = 0; at < keys.length; at += KEYS_PER_UNLINK) {
    const { there } = await split(connection, keys.slice(at, at + KEYS_PER_UNLINK));
    if (there.length === 0) continue;
    const commands = [
      ...(index.listing === null ? [] : [index.listing.add(there)]),
      ...there.flatMap((key) => putBack(index, key, reverseTags.get(key.toString('latin1')) ?? [])),
    ];
    for (const reply of await connection.pipeline(commands)) orThrow(reply);
    count += there.length;
  }
  return count;
}

function putBack(index: TagIndex, key: Buffer, tags: readonly Buffer[]): readonly RedisCommand[] {
  const reverse = index.reverseKeyOf(key);
  return reverse === null || tags.length === 0 ? [] : [['SADD', reverse, ...tags]];
}
