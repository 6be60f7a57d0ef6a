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

/** Behind the id of a queued value: whether the source has a newer one is not known until this one is settled. */
export const DOUBT = '?';

/**
 * The source has another value than the queued one. Where that is surely newer, takes the bytes of the queued one out of what
 * loads find, and leaves its id, by which the flusher knows that it need not go any more. Where nobody can tell which of the two
 * the source will keep, marks it with `DOUBT`. Settling the queued one ends both.
 *
 * KEYS  pending
 * ARGV  key; when the other one was written, at the earliest and at the latest, epoch ms by the clock of this Redis
 */
export const overtakeScript = new LuaScript(`
if redis.call('HSETNX', KEYS[1], ARGV[1], '') == 1 then
  redis.call('HDEL', KEYS[1], ARGV[1])
  return 0
end
local held = redis.call('HGET', KEYS[1], ARGV[1])
local id, ms = string.match(held, '^((%d+)%-%d+ )')
if not id or #held == #id then return 0 end
-- An id counts whole ms: what was queued in the same one may have come later.
if tonumber(ms) + 1 <= tonumber(ARGV[2]) then return redis.call('HSET', KEYS[1], ARGV[1], id) end
local is_later = tonumber(ms) > tonumber(ARGV[3])
if is_later or string.sub(held, #id + 1, #id + 1) == '${DOUBT}' then return 0 end
return redis.call('HSET', KEYS[1], ARGV[1], id .. '${DOUBT}' .. string.sub(held, #id + 1))
`);

/**
 * Returns seconds and microseconds of the clock that gives changes their ids.
 *
 * KEYS  any of the queue
 */
export const timeScript = new LuaScript(`return redis.call('TIME')`);

/**
 * Returns the queued value of an entry behind its id, a space and perhaps `DOUBT`, or nothing. HGET alone would count a miss with each load.
 *
 * KEYS  pending
 * ARGV  key
 */
export const pendingScript = new LuaScript(`
if redis.call('HSETNX', KEYS[1], ARGV[1], '') == 0 then return redis.call('HGET', KEYS[1], ARGV[1]) end
redis.call('HDEL', KEYS[1], ARGV[1])
return nil
`);
