import { RedisFault, type RedisReply } from '#server/redis/redisConnection.ts';

/** One step of SCAN or SSCAN. `cursor` null = the walk has ended. */
export interface ScanPage {
  readonly cursor: string | null;
  readonly elements: readonly Buffer[];
}

/** The integer of a reply, null for a nil; throws the reply itself when it is a `RedisFault`. */
export function parseInteger(reply: RedisReply | undefined): number | null {
  if (reply instanceof RedisFault) throw reply;
  return typeof reply === 'number' ? reply : null;
}

/** The page of a SCAN or SSCAN; throws the reply itself when it is a `RedisFault`. */
export function parseScanPage(reply: RedisReply | undefined): ScanPage {
  if (reply instanceof RedisFault) throw reply;
  if (!Array.isArray(reply)) throw unreadable();
  const [cursor, elements] = reply;
  if (!Buffer.isBuffer(cursor) || !Array.isArray(elements)) throw unreadable();
  const next = cursor.toString('latin1');
  return {
    cursor: next === '0' ? null : next,
    elements: elements.filter((element) => Buffer.isBuffer(element)),
  };
}

function unreadable(): RedisFault {
  return new RedisFault('other', 'SCAN', 'Redis answered a SCAN in a form that is not known.');
}
