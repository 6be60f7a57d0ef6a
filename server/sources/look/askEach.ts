import type { RedisCommand, RedisConnection, RedisReply } from '#server/redis/redisConnection.ts';
import { RedisFault } from '#server/redis/redisConnection.ts';

/** Held by Redis for some 0.5 ms. */
const COMMANDS_PER_WRITE = 100;

export interface Asked {
  readonly replies: readonly RedisReply[];
  /** Why the command is of no use here; null when it is. */
  readonly fault: RedisFault | null;
  readonly lookupCount: number;
}

export const NOT_ASKED: Asked = { replies: [], fault: null, lookupCount: 0 };

/** Asks for one key first: a refused command would else fill the log of refusals with a line a key. */
export async function askEach(
  connection: RedisConnection,
  commands: readonly RedisCommand[],
): Promise<Asked> {
  const [first, ...others] = commands;
  if (first === undefined) return NOT_ASKED;
  const replies = await connection.pipeline([first]);
  const [reply] = replies;
  if (reply instanceof RedisFault && reply.kind !== 'keyNotPermitted' && reply.kind !== 'wrongType') {
    return { replies: [], fault: reply, lookupCount: 0 };
  }
  for (let from = 0; from < others.length; from += COMMANDS_PER_WRITE) {
    replies.push(...(await connection.pipeline(others.slice(from, from + COMMANDS_PER_WRITE))));
  }
  const lookupCount = replies.filter(
    (each) => !(each instanceof RedisFault) || each.kind === 'wrongType',
  ).length;
  return { replies, fault: null, lookupCount };
}
