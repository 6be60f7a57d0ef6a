import { MAX_MARK_BYTES } from '#server/redis/commandGuard.ts';
import type { RedisConnection } from '#server/redis/redisConnection.ts';
import { parseScanPage } from '../parseReplies.ts';

/** What stands under the key of a string mark: `absent`, its bytes, or null for another type. Reads TYPE and GETRANGE. */
export async function readStringMark(
  connection: RedisConnection,
  tagKey: Buffer,
): Promise<Buffer | 'absent' | null> {
  const type = String(await connection.send('TYPE', tagKey));
  if (type !== 'string') return type === 'none' ? 'absent' : null;
  const bytes = await connection.send('GETRANGE', tagKey, 0, MAX_MARK_BYTES - 1);
  return Buffer.isBuffer(bytes) ? bytes : null;
}

/** The first fields of a hash mark, of which StackExchange's cache writes three; null for another type and for none. */
export async function readHashMark(
  connection: RedisConnection,
  tagKey: Buffer,
): Promise<ReadonlyMap<string, Buffer> | null> {
  if (String(await connection.send('TYPE', tagKey)) !== 'hash') return null;
  const { elements } = parseScanPage(await connection.send('HSCAN', tagKey, '0', 'COUNT', 10));
  const fields = new Map<string, Buffer>();
  for (let at = 0; at + 1 < elements.length; at += 2) {
    const [name, value] = [elements[at], elements[at + 1]];
    if (name !== undefined && value !== undefined) fields.set(name.toString('latin1'), value);
  }
  return fields;
}

/** The time of Redis, ms: its clock is nobody's in particular, while ours may be behind those that stored the entries. */
export async function readRedisTimeMs(connection: RedisConnection): Promise<number> {
  const reply = await connection.send('TIME');
  const [seconds, micros] = Array.isArray(reply) ? reply : [];
  return Number(String(seconds)) * 1_000 + Math.floor(Number(String(micros)) / 1_000);
}

/** Channels on which somebody listens on this node, of the names of one library. Reads PUBSUB CHANNELS. */
export async function readChannels(connection: RedisConnection, glob: string): Promise<readonly Buffer[]> {
  const reply = await connection.send('PUBSUB', 'CHANNELS', glob);
  return Array.isArray(reply) ? reply.filter((channel) => Buffer.isBuffer(channel)) : [];
}
