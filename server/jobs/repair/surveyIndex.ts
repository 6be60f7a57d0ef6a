import type { RedisCommand, RedisConnection, RedisReply } from '#server/redis/redisConnection.ts';
import { orThrow } from '#server/tags/directory/sendInPages.ts';
import { parseInteger } from '#server/tags/parseReplies.ts';
import type { TagIndex } from '#server/tags/tagLayout.ts';
import { AppError } from '#shared/errorCodes.ts';

/** Orphans that one plan holds by name; what is more is left to the next plan. */
const MAX_ORPHANS = 100_000;
/** More members are not walked for one plan: some ten seconds. */
const MAX_MEMBERS = 1_000_000;
const PAGE_SIZE = 200;
/** As with the finding: TTLs of an index and its members are set by two commands. */
const TTL_SLACK_MS = 1_000;

export interface IndexSurvey {
  readonly memberCount: number;
  readonly orphans: readonly Buffer[];
  readonly danglingCount: number;
  /** TTL left of the index, ms; null = none. */
  readonly indexTtlMs: number | null;
  /** The longest TTL left of a member that outlives the index; null = none does. */
  readonly longestTtlMs: number | null;
  /** Members that never expire, beside an index that does. */
  readonly foreverCount: number;
}

/**
 * Walks all members once: MEMORY USAGE of each (no look-up); PTTL of those that exist where the index has a TTL. Throws `AppError`
 * badInput when there are too many; `RedisFault`.
 */
export async function surveyIndex(connection: RedisConnection, index: TagIndex): Promise<IndexSurvey> {
  const indexTtlMs = index.hasOwnKey ? await readTtlMs(connection, index.tagKey) : null;
  const seen = new Set<string>();
  const orphans: Buffer[] = [];
  let danglingCount = 0;
  let longestTtlMs: number | null = null;
  let foreverCount = 0;
  let cursor: string | null = '0';
  while (cursor !== null) {
    const page = await index.readEntryKeys(connection, { cursor, count: PAGE_SIZE });
    cursor = page.cursor;
    const keys = page.elements.filter((key) => !seen.has(key.toString('latin1')));
    for (const key of keys) seen.add(key.toString('latin1'));
    if (seen.size > MAX_MEMBERS) throw tooMany();
    const { there, gone } = await split(connection, keys);
    const taken = gone.slice(0, MAX_ORPHANS - orphans.length).map((key) => Buffer.from(key));
    orphans.push(...taken);
    danglingCount += await countReverse(connection, index, taken);
    if (indexTtlMs === null) continue;
    const ttls = await readTtlsMs(connection, there);
    foreverCount += ttls.filter((ttlMs) => ttlMs === -1).length;
    longestTtlMs = Math.max(longestTtlMs ?? 0, ...ttls);
  }
  const isOutlived = indexTtlMs !== null && longestTtlMs !== null && longestTtlMs > indexTtlMs + TTL_SLACK_MS;
  return {
    ...{ memberCount: seen.size, orphans, danglingCount, indexTtlMs, foreverCount },
    longestTtlMs: isOutlived ? longestTtlMs : null,
  };
}

/** Which of the entries exist, by MEMORY USAGE. Throws `RedisFault`. */
export async function split(
  connection: RedisConnection,
  keys: readonly Buffer[],
): Promise<{ readonly there: readonly Buffer[]; readonly gone: readonly Buffer[] }> {
  const sizes = await connection.pipeline(keys.map((key): RedisCommand => ['MEMORY', 'USAGE', key]));
  for (const size of sizes) orThrow(size);
  return {
    there: keys.filter((_, at) => sizes[at] !== null),
    gone: keys.filter((_, at) => sizes[at] === null),
  };
}

async function countReverse(
  connection: RedisConnection,
  index: TagIndex,
  keys: readonly Buffer[],
): Promise<number> {
  const reverses = keys.map((key) => index.reverseKeyOf(key)).filter((key) => key !== null);
  const { there } = await split(connection, reverses);
  return there.length;
}

async function readTtlMs(connection: RedisConnection, key: Buffer): Promise<number | null> {
  const ttlMs = parseInteger(await connection.send('PTTL', key));
  return ttlMs !== null && ttlMs >= 0 ? ttlMs : null;
}

async function readTtlsMs(connection: RedisConnection, keys: readonly Buffer[]): Promise<readonly number[]> {
  const replies = await connection.pipeline(keys.map((key): RedisCommand => ['PTTL', key]));
  return replies.map((reply: RedisReply) => parseInteger(orThrow(reply)) ?? -2);
}

function tooMany(): AppError {
  return new AppError('badInput', `One repair looks at ${MAX_MEMBERS.toLocaleString('en')} members at most.`);
}
