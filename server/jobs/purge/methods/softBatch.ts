import {
  type RedisCommand,
  type RedisConnection,
  RedisFault,
  type RedisReply,
} from '#server/redis/redisConnection.ts';
import { ENTRY_HEADER_BYTES, isLibraryEntry, SOFT_EXPIRY_OFFSET } from '#shared/entryHeader.ts';
import { type BatchParts, type BatchResult, faultIn } from './batch.ts';
import { runRepeatable } from './repeatableBatch.ts';

/** Times that one key is tried which services store anew meanwhile: then it is fresh. */
const KEY_ATTEMPTS = 3;
const STALE = Buffer.alloc(8);

/**
 * Marks entries of cachescope/cache as stale, where they stand: their readers get them while they are loaded anew. Other keys are left.
 * Each is read and marked in one transaction (WATCH), so that nothing is written into what came meanwhile. Marking twice does
 * nothing. Costs a GETRANGE a key, which counts as a look-up. Never throws `RedisFault`.
 */
export function softBatch(parts: BatchParts, keys: readonly Buffer[]): Promise<BatchResult> {
  return runRepeatable(
    parts,
    {
      count: keys.length,
      run: async (connection) => (await markAtOnce(connection, keys)) ?? markEach(connection, keys),
    },
    (reply) => (reply === 1 ? 'done' : reply === 0 ? 'left' : 'fault'),
  );
}

/** A key at a time, for when another client changed one of them; what changes each time was stored anew, and is left. */
async function markEach(connection: RedisConnection, keys: readonly Buffer[]): Promise<RedisReply[]> {
  const replies: RedisReply[] = [];
  for (const key of keys) {
    let marked: readonly RedisReply[] | null = null;
    for (let attempt = 1; marked === null && attempt <= KEY_ATTEMPTS; attempt += 1) {
      marked = await markAtOnce(connection, [key]);
    }
    replies.push(marked?.[0] ?? 0);
  }
  return replies;
}

/** Of each key 1 when it is marked, 0 when it is no such entry, or the fault; null when another client changed one of them. */
async function markAtOnce(
  connection: RedisConnection,
  keys: readonly Buffer[],
): Promise<readonly RedisReply[] | null> {
  const [watched, ...starts] = await connection.pipeline([
    ['WATCH', ...keys],
    ...keys.map((key): RedisCommand => ['GETRANGE', key, 0, ENTRY_HEADER_BYTES - 1]),
  ]);
  if (watched instanceof RedisFault) return keys.map(() => watched);
  const isEntry = starts.map((start) => Buffer.isBuffer(start) && isLibraryEntry(start));
  const refused = starts.find((start) => start instanceof RedisFault && start.kind !== 'wrongType');
  const marks = keys.flatMap((key, at): RedisCommand[] =>
    isEntry[at] === true ? [['SETRANGE', key, SOFT_EXPIRY_OFFSET, STALE]] : [],
  );
  if (refused !== undefined || marks.length === 0) {
    await connection.send('UNWATCH');
    return keys.map(() => refused ?? 0);
  }
  const replies = await connection.pipeline([['MULTI'], ...marks, ['EXEC']]);
  const fault = faultIn(replies);
  if (fault !== null) return keys.map((_, at) => (isEntry[at] === true ? fault : 0));
  return replies.at(-1) === null ? null : isEntry.map((is) => (is ? 1 : 0));
}
