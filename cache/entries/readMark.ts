import { LuaScript } from '#cache/store/luaScript.ts';
import type { Outcome, RedisTransport } from '#cache/store/redisTransport.ts';
import type { Mark } from './entryStore.ts';
import { FENCES } from './lua.ts';

/**
 * Returns the highest mark so far.
 *
 * KEYS  fences
 */
const markScript = new LuaScript(`${FENCES}
return redis.call('ZADD', KEYS[1], 'XX', 'INCR', 0, '') or raise_fence(KEYS[1], {})
`);

/** The mark from which on a load is held against invalidations. */
export async function readMark(transport: RedisTransport, fences: string): Promise<Outcome<Mark>> {
  return markOf(await markScript.run(transport, { keys: [fences], args: [] }));
}

/** The mark in the reply of a script that raised one. */
export function markOf(outcome: Outcome<unknown>): Outcome<Mark> {
  return outcome.isDone ? { isDone: true, reply: String(outcome.reply) } : outcome;
}
