import { decodeEntry, type EntryHeader, HEADER_BYTES } from '#cache/store/entryFormat.ts';
import { LuaScript } from '#cache/store/luaScript.ts';
import type { Outcome, RedisTransport } from '#cache/store/redisTransport.ts';

const WORD_BYTES = 4;
const WORD_COUNT = HEADER_BYTES / WORD_BYTES;
const wordReads = Array.from({ length: WORD_COUNT }, (_, word) => `'GET', 'u32', ${word * WORD_BYTES * 8}`);

/**
 * Returns the first bytes of a text as numbers of 32 bits, or nothing when there are not so many.
 *
 * KEYS  entry
 */
const headerScript = new LuaScript(`
local length = redis.pcall('SETRANGE', KEYS[1], 0, '')
if type(length) == 'table' and string.find(length.err, 'OOM', 1, true) then return length end
if type(length) ~= 'number' or length < ${HEADER_BYTES} then return {} end
return redis.call('BITFIELD', KEYS[1], ${wordReads.join(', ')}, 'INCRBY', 'u8', 24, 0)
`);

/**
 * The header of an entry without its value, read by write commands (lua.ts says why) so that looking after entries leaves the hit
 * rate of the instance alone. Null when there is no entry of this format under the key.
 */
export async function readHeader(
  transport: RedisTransport,
  key: string,
): Promise<Outcome<EntryHeader | null>> {
  const outcome = await headerScript.run(transport, { keys: [key], args: [] });
  if (!outcome.isDone) return outcome;
  return { isDone: true, reply: parseHeader(outcome.reply) };
}

function parseHeader(reply: unknown): EntryHeader | null {
  const words: readonly unknown[] = Array.isArray(reply) ? reply.slice(0, WORD_COUNT) : [];
  if (words.length < WORD_COUNT) return null;
  const bytes = Buffer.alloc(HEADER_BYTES);
  for (const [index, word] of words.entries()) bytes.writeUInt32BE(Number(word), index * WORD_BYTES);
  return decodeEntry(bytes)?.header ?? null;
}
