import { FENCES } from '#cache/entries/lua.ts';
import { LuaScript } from '#cache/store/luaScript.ts';

/**
 * Queues a value once by its call, and makes it what a load of the entry finds. Where the entry lies in the same slot, it is
 * dropped and fenced in the same step, so that nobody reads or stores an older value from then on. Returns the mark of the fence;
 * '' when there is none.
 *
 * KEYS  queue, pending, calls, fences and entry (or neither)
 * ARGV  bit of the call, ms for which calls are known, key, fields, packed value
 */
export const writeScript = new LuaScript(`${FENCES}
if redis.call('SETBIT', KEYS[3], ARGV[1], 1) == 1 then return '' end
redis.call('PEXPIRE', KEYS[3], ARGV[2])
local id = redis.call('XADD', KEYS[1], '*', 'k', ARGV[3], 'f', ARGV[4], 'p', ARGV[5])
redis.call('HSET', KEYS[2], ARGV[3], id .. ' ' .. ARGV[5])
if not KEYS[4] then return '' end
redis.call('UNLINK', KEYS[5])
return raise_fence(KEYS[4], {'k:' .. KEYS[5]})
`);

/**
 * The source has a newer value than the queued one: takes its bytes out of what loads find, and leaves its id, by which the
 * flusher knows that it need not go any more. Settling it ends that. Returns 1 when there was such a one.
 *
 * KEYS  pending
 * ARGV  key, when the newer one was written, epoch ms by the clock of this Redis
 */
export const overtakeScript = new LuaScript(`
if redis.call('HSETNX', KEYS[1], ARGV[1], '') == 1 then
  redis.call('HDEL', KEYS[1], ARGV[1])
  return 0
end
local id, ms = string.match(redis.call('HGET', KEYS[1], ARGV[1]), '^((%d+)%-%d+ )')
-- An id counts whole ms: what was queued in the same one may have come later.
if not id or tonumber(ms) + 1 > tonumber(ARGV[2]) then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], id)
return 1
`);

/**
 * Returns seconds and microseconds of the clock that gives changes their ids.
 *
 * KEYS  any of the queue
 */
export const timeScript = new LuaScript(`return redis.call('TIME')`);

/**
 * Returns the queued value of an entry behind its id and a space, or nothing. HGET alone would count a miss with each load.
 *
 * KEYS  pending
 * ARGV  key
 */
export const pendingScript = new LuaScript(`
if redis.call('HSETNX', KEYS[1], ARGV[1], '') == 0 then return redis.call('HGET', KEYS[1], ARGV[1]) end
redis.call('HDEL', KEYS[1], ARGV[1])
return nil
`);
