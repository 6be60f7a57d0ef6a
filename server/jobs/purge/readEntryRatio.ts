import type { RedisConnection } from '#server/redis/redisConnection.ts';
import { ENTRY_HEADER_BYTES, isLibraryEntry } from '#shared/entryHeader.ts';

/** Of so many keys: +-7 points. */
const SAMPLE_KEYS = 200;

/** Share of the keys that are entries of cachescope/cache, 0-1. One GETRANGE a key, which counts as a look-up. Throws `RedisFault`. */
export async function readEntryRatio(
  connection: RedisConnection,
  sample: readonly Buffer[],
): Promise<number> {
  const keys = sample.slice(0, SAMPLE_KEYS);
  const starts = await connection.pipeline(keys.map((key) => ['GETRANGE', key, 0, ENTRY_HEADER_BYTES - 1]));
  return starts.filter((start) => Buffer.isBuffer(start) && isLibraryEntry(start)).length / keys.length;
}
