import {
  type RedisCommand,
  type RedisConnection,
  RedisFault,
  type RedisReply,
} from '#server/redis/redisConnection.ts';
import { orThrow, sendInPages } from '../directory/sendInPages.ts';
import { parseInteger } from '../parseReplies.ts';
import type { TagIndex } from '../tagLayout.ts';

/** How much of a tag is looked at. */
export interface SampleBudget {
  /** Members whose existence and size are asked for (MEMORY USAGE, no look-up). */
  readonly memberCount: number;
  /** Of these, how many TTLs are read (PTTL, a look-up each, which is subtracted). */
  readonly ttlCount: number;
}

export interface SampledMember {
  readonly key: Buffer;
  /** Null = there is no such key. */
  readonly bytes: number | null;
  /** Null = none; absent = not read, or the key is missing. */
  readonly ttlMs?: number | null;
  /** Whether a set of its tags is there; null where the layout keeps none. */
  readonly hasReverse: boolean | null;
}

export interface TagSample {
  readonly atMs: number;
  /** Null where only a walk over what all tags share would tell, and it was not finished. */
  readonly memberCount: number | null;
  /** Null = none. */
  readonly indexTtlMs: number | null;
  readonly indexBytes: number | null;
  /** True when every member is in the sample. */
  readonly isWhole: boolean;
  readonly members: readonly SampledMember[];
}

const PAGE_SIZE = 200;
/** Steps of one look: of a hash of all tags, pages that hold none of this one count too. */
const MAX_STEPS = 40;

/**
 * Looks at the first members in the order of the index's hash table, which has nothing to do with what they are, so that they are a
 * uniform sample; at all of them where they are few. Null when the index is gone. Throws `RedisFault`.
 */
export async function sampleTag(
  connection: RedisConnection,
  index: TagIndex,
  { budget, nowMs }: { readonly budget: SampleBudget; readonly nowMs: () => number },
): Promise<TagSample | null> {
  const { keys, isWhole } = await readSomeKeys(connection, index, budget.memberCount);
  if (keys.length === 0 && isWhole) return null;
  const before = await readIndexFacts(connection, index);
  const members = await readMembers(connection, { index, keys, ttlCount: budget.ttlCount });
  const after = await readIndexFacts(connection, index);
  const facts = { indexBytes: after.indexBytes, indexTtlMs: longer(before.indexTtlMs, after.indexTtlMs) };
  const counted = index.hasOwnKey ? await index.readMemberCount(connection) : isWhole ? keys.length : null;
  if (counted === null && index.hasOwnKey) return null;
  return { atMs: nowMs(), memberCount: isWhole ? keys.length : counted, ...facts, isWhole, members };
}

async function readSomeKeys(
  connection: RedisConnection,
  index: TagIndex,
  mostCount: number,
): Promise<{ readonly keys: readonly Buffer[]; readonly isWhole: boolean }> {
  const seen = new Map<string, Buffer>();
  let cursor: string | null = '0';
  for (let step = 0; cursor !== null && step < MAX_STEPS && seen.size < mostCount; step += 1) {
    const page = await index.readEntryKeys(connection, { cursor, count: PAGE_SIZE });
    for (const key of page.elements) seen.set(key.toString('latin1'), key);
    cursor = page.cursor;
  }
  const keys = [...seen.values()];
  // A small set comes in one page, however many were asked for.
  const isWhole = cursor === null && keys.length <= Math.max(mostCount, 2 * PAGE_SIZE);
  return { keys: isWhole ? keys : keys.slice(0, mostCount), isWhole };
}

async function readIndexFacts(
  connection: RedisConnection,
  index: TagIndex,
): Promise<Pick<TagSample, 'indexTtlMs' | 'indexBytes'>> {
  if (!index.hasOwnKey) return { indexTtlMs: null, indexBytes: null };
  const [ttl, bytes] = await connection.pipeline([
    ['PTTL', index.tagKey],
    ['MEMORY', 'USAGE', index.tagKey],
  ]);
  const ttlMs = parseInteger(orThrow(ttl));
  return {
    indexTtlMs: ttlMs !== null && ttlMs >= 0 ? ttlMs : null,
    indexBytes: typeof bytes === 'number' ? bytes : null,
  };
}

/** Of an index that was extended while its members were read, so that none seems to outlive it. */
function longer(one: number | null, other: number | null): number | null {
  return one === null || other === null ? null : Math.max(one, other);
}

interface MembersAsked {
  readonly index: TagIndex;
  readonly keys: readonly Buffer[];
  readonly ttlCount: number;
}

async function readMembers(
  connection: RedisConnection,
  { index, keys, ttlCount }: MembersAsked,
): Promise<readonly SampledMember[]> {
  const usage = (key: Buffer): RedisCommand => ['MEMORY', 'USAGE', key];
  const sizes = await sendInPages(connection, keys, usage);
  const reverseKeys = keys.map((key) => index.reverseKeyOf(key));
  const reverses = await sendInPages(
    connection,
    reverseKeys.filter((key) => key !== null),
    usage,
  );
  const ttls = await sendInPages(connection, keys.slice(0, ttlCount), (key) => ['PTTL', key]);
  return keys.map((key, at) => memberOf(Buffer.from(key), [sizes[at], ttls[at], reverses[at]]));
}

function memberOf(key: Buffer, [size, ttl, reverse]: readonly (RedisReply | undefined)[]): SampledMember {
  const bytes = parseInteger(orThrow(size));
  const ttlMs = ttl === undefined ? undefined : parseInteger(orThrow(ttl));
  const hasReverse = reverse === undefined ? null : !(reverse instanceof RedisFault) && reverse !== null;
  // MEMORY USAGE tells of a key that expired and was not removed yet, PTTL does not.
  if (bytes === null || ttlMs === -2) return { key, bytes: null, hasReverse };
  if (ttlMs === undefined || ttlMs === null) return { key, bytes, hasReverse };
  return { key, bytes, ttlMs: ttlMs >= 0 ? ttlMs : null, hasReverse };
}
