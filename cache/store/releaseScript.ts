import { LuaScript } from './luaScript.ts';

/**
 * Gives a lease up, unless another has taken it meanwhile.
 *
 * KEYS  lease
 * ARGV  its holder
 */
export const releaseScript = new LuaScript(`
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('UNLINK', KEYS[1])
`);
