import { LuaScript } from './luaScript.ts';

/*
 * A lease is a sorted set of its holder and '', which tells that it is taken: ZADD reads both without raising keyspace_hits or
 * keyspace_misses, as GET on a string would with every look, and changes nothing when it finds the lease with another.
 */

/**
 * Returns 1 for the holder, whose time begins anew: a client sends it again when the connection broke before the reply.
 *
 * KEYS  lease
 * ARGV  its holder (not ''), TTL ms
 */
export const claimScript = new LuaScript(`
if redis.call('ZADD', KEYS[1], 'NX', 0, '') == 1 then
  redis.call('ZADD', KEYS[1], 0, ARGV[1])
elseif not redis.call('ZADD', KEYS[1], 'XX', 'INCR', 0, ARGV[1]) then
  return 0
end
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return 1
`);

/**
 * Gives a lease up, unless another has taken it meanwhile.
 *
 * KEYS  lease
 * ARGV  its holder
 */
export const releaseScript = new LuaScript(`
if not redis.call('ZADD', KEYS[1], 'XX', 'INCR', 0, ARGV[1]) then return 0 end
return redis.call('UNLINK', KEYS[1])
`);
