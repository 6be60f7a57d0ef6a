import { LuaScript } from '#cache/store/luaScript.ts';
import type { Outcome, RedisTransport } from '#cache/store/redisTransport.ts';
import { IS_GONE } from './lua.ts';

/**
 * Returns 1 when there is no such key.
 *
 * KEYS  key
 */
const isGoneScript = new LuaScript(`${IS_GONE}
return is_gone(KEYS[1]) and 1 or 0
`);

/** True when there is no such key, without the look-up that EXISTS would be to the hit rate of the instance (lua.ts). */
export async function readGone(transport: RedisTransport, key: string | Buffer): Promise<Outcome<boolean>> {
  const outcome = await isGoneScript.run(transport, { keys: [key], args: [] });
  return outcome.isDone ? { isDone: true, reply: outcome.reply === 1 } : outcome;
}
