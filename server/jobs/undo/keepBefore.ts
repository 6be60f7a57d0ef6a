import type { Clock } from '#server/clock/clock.ts';
import {
  type RedisArgument,
  type RedisCommand,
  type RedisConnection,
  RedisFault,
  type RedisReply,
} from '#server/redis/redisConnection.ts';
import { parseInteger } from '#server/tags/parseReplies.ts';
import type { RemovalCommands } from '#server/tags/tagLayout.ts';
import { ENTRY_HEADER_BYTES, isLibraryEntry } from '#shared/entryHeader.ts';
import type { KeptBatch, KeptFields, KeptMembers, KeptValue } from './keptBatch.ts';

/** Bytes of values that are asked for in one write: a reply of this size holds the node for about a millisecond. Ours. */
const BYTES_AT_ONCE = 1_024 * 1_024;

/**
 * Reads what the commands of a batch will take away: values by DUMP, entries of cachescope/cache by their bytes, so that they can
 * come back as stale; and what is taken out of indexes. Each value costs PTTL, GETRANGE and DUMP or GET, which count as
 * look-ups and reset its idle time. Throws `RedisFault`.
 */
export async function keepBefore(
  connection: RedisConnection,
  keys: readonly Buffer[],
  { cleanIndex, nowMs }: Pick<RemovalCommands, 'cleanIndex'> & Pick<Clock, 'nowMs'>,
): Promise<KeptBatch> {
  const indexKeys = cleanIndex
    .filter(([name]) => name === 'UNLINK')
    .flatMap(([, ...args]) => buffersOf(args));
  return {
    values: await readValues(connection, keys, nowMs),
    indexValues: await readValues(connection, indexKeys, nowMs),
    members: await readExpiries(connection, cleanIndex.flatMap(membersTaken), nowMs),
    fields: await readFields(connection, cleanIndex, nowMs),
  };
}

type Taken = Omit<KeptMembers, 'expiresAtMs'>;

function membersTaken([name, index, ...members]: RedisCommand): Taken[] {
  if (name !== 'SREM' && name !== 'ZREM') return [];
  const [key] = buffersOf(index === undefined ? [] : [index]);
  if (key === undefined) return [];
  return [{ index: key, type: name === 'SREM' ? 'set' : 'zset', members: buffersOf(members) }];
}

async function readExpiries(
  connection: RedisConnection,
  taken: readonly Taken[],
  nowMs: Clock['nowMs'],
): Promise<KeptMembers[]> {
  const askedAtMs = nowMs();
  const ttls = await connection.pipeline(taken.map(({ index }) => ['PTTL', index]));
  return taken.map((kept, at) => ({ ...kept, expiresAtMs: expiryOf(ttls[at], askedAtMs) }));
}

/** What HDEL will take out of hashes, with their expiries. */
async function readFields(
  connection: RedisConnection,
  cleanIndex: readonly RedisCommand[],
  nowMs: Clock['nowMs'],
): Promise<KeptFields[]> {
  const taken = cleanIndex.flatMap(([name, index, ...args]) =>
    name === 'HDEL' && index !== undefined ? [{ index: buffersOf([index]), names: buffersOf(args) }] : [],
  );
  const askedAtMs = nowMs();
  const replies = await connection.pipeline(
    taken.flatMap(({ index, names }): RedisCommand[] => [
      ['PTTL', ...index],
      ['HMGET', ...index, ...names],
    ]),
  );
  return taken.flatMap(({ index: [index], names }, at): KeptFields[] => {
    const expiresAtMs = expiryOf(replies[at * 2], askedAtMs);
    const values = replies[at * 2 + 1];
    if (values instanceof RedisFault) throw values;
    if (index === undefined || !Array.isArray(values)) return [];
    const fields = names.flatMap((name, place) => {
      const value: unknown = values[place];
      return Buffer.isBuffer(value) ? [{ name, value }] : [];
    });
    return fields.length === 0 ? [] : [{ index, fields, expiresAtMs }];
  });
}

/** Of a key that need not be there any more; `ttl` is a reply of PTTL. */
function expiryOf(ttl: RedisReply | undefined, nowMs: number): number | null {
  const ttlMs = parseInteger(ttl) ?? -1;
  return ttlMs < 0 ? null : nowMs + ttlMs;
}

function buffersOf(args: readonly RedisArgument[]): Buffer[] {
  return args.map((arg) => (Buffer.isBuffer(arg) ? arg : Buffer.from(String(arg), 'latin1')));
}

async function readValues(
  connection: RedisConnection,
  keys: readonly Buffer[],
  nowMs: Clock['nowMs'],
): Promise<KeptValue[]> {
  const sizes = await connection.pipeline(keys.map((key) => ['MEMORY', 'USAGE', key]));
  const kept: KeptValue[] = [];
  let group: Buffer[] = [];
  let groupBytes = 0;
  const flush = async () => {
    if (group.length > 0) kept.push(...(await readGroup(connection, group, nowMs)));
    group = [];
    groupBytes = 0;
  };
  for (const [at, key] of keys.entries()) {
    const bytes = parseInteger(sizes[at]);
    // Gone by now: there is nothing to keep.
    if (bytes === null) continue;
    if (groupBytes + bytes > BYTES_AT_ONCE) await flush();
    group.push(key);
    groupBytes += bytes;
  }
  await flush();
  return kept;
}

async function readGroup(
  connection: RedisConnection,
  keys: readonly Buffer[],
  nowMs: Clock['nowMs'],
): Promise<KeptValue[]> {
  // Taken as late as can be: how late it is when Redis answers is how much longer the value will live.
  const askedAtMs = nowMs();
  const facts = await connection.pipeline(
    keys.flatMap((key): RedisCommand[] => [
      ['PTTL', key],
      ['GETRANGE', key, 0, ENTRY_HEADER_BYTES - 1],
    ]),
  );
  const isEntry = keys.map((_, at) => {
    const start = facts[at * 2 + 1];
    // A value whose kind is not known would come back as fresh.
    if (start instanceof RedisFault && start.kind !== 'wrongType') throw start;
    return Buffer.isBuffer(start) && isLibraryEntry(start);
  });
  const values = await connection.pipeline(
    keys.map((key, at) => [isEntry[at] === true ? 'GET' : 'DUMP', key]),
  );
  return keys.flatMap((key, at): KeptValue[] => {
    const bytes = values[at];
    if (bytes instanceof RedisFault) throw bytes;
    const ttlMs = parseInteger(facts[at * 2]);
    if (!Buffer.isBuffer(bytes) || ttlMs === null || ttlMs === -2) return [];
    return [
      {
        key,
        form: isEntry[at] === true ? 'entry' : 'dump',
        bytes,
        expiresAtMs: ttlMs === -1 ? null : askedAtMs + ttlMs,
      },
    ];
  });
}
