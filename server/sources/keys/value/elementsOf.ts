import type { RedisReply } from '#server/redis/redisConnection.ts';

export interface RawElement {
  /** Field, place, score, or id and field. */
  readonly label: Buffer | null;
  readonly value: Buffer;
}

/** The elements of a reply to the command that reads this type; none when it is something else. */
export function elementsOf(type: string, reply: RedisReply): readonly RawElement[] {
  switch (type) {
    case 'list':
      return buffers(reply).map((value, place) => ({ label: Buffer.from(String(place)), value }));
    case 'set':
      return buffers(page(reply)).map((value) => ({ label: null, value }));
    case 'hash':
      return pairs(page(reply)).map(([label, value]) => ({ label, value }));
    case 'zset':
      return pairs(page(reply)).map(([value, label]) => ({ label, value }));
    case 'stream':
      return (Array.isArray(reply) ? reply : []).flatMap(entryFields);
    default:
      return [];
  }
}

/** What a step of HSCAN, SSCAN or ZSCAN holds besides its cursor. */
function page(reply: RedisReply): RedisReply {
  return Array.isArray(reply) ? (reply[1] ?? null) : null;
}

function buffers(reply: RedisReply): readonly Buffer[] {
  return Array.isArray(reply) ? reply.filter((item) => Buffer.isBuffer(item)) : [];
}

function pairs(reply: RedisReply): readonly (readonly [Buffer, Buffer])[] {
  const items = buffers(reply);
  return items.flatMap((item, at) => {
    const next = items[at + 1];
    return at % 2 === 0 && next !== undefined ? [[item, next] as const] : [];
  });
}

/** An entry of a stream: its id, and fields with their values in turn. */
function entryFields(entry: RedisReply): readonly RawElement[] {
  if (!Array.isArray(entry)) return [];
  const [id, fields] = entry;
  if (!Buffer.isBuffer(id)) return [];
  return pairs(fields ?? null).map(([field, value]) => ({
    label: Buffer.concat([id, Buffer.from(' '), field]),
    value,
  }));
}
