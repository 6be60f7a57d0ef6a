import { RedisFault, type RedisReply } from '#server/redis/redisConnection.ts';
import { known, type Reading, unknown } from '#shared/reading.ts';

export interface ReplyContext<T> {
  /** The command, as an operator knows it. */
  readonly from: string;
  readonly atMs: number;
  /** Null = the key has gone, or the reply is something else. */
  readonly read: (reply: RedisReply) => T | null;
}

/** One reply as a fact that is known or not by itself. */
export function replyReading<T>(
  reply: RedisReply | undefined,
  { from, atMs, read }: ReplyContext<T>,
): Reading<T> {
  if (reply === undefined) return unknown('notSupported', `${from} was not asked.`);
  if (reply instanceof RedisFault) return unknown(reasonOf(reply), reply.message);
  const value = read(reply);
  if (value === null)
    return unknown('notEnoughData', 'The key went or changed its type while it was looked at.');
  return known(value, atMs, from);
}

function reasonOf({ kind }: RedisFault): 'notPermitted' | 'notSupported' | 'failed' {
  if (kind === 'notPermitted' || kind === 'keyNotPermitted') return 'notPermitted';
  return kind === 'unknownCommand' ? 'notSupported' : 'failed';
}
