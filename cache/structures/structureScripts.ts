import { EXTEND } from '#cache/entries/lua.ts';
import { LuaScript } from '#cache/store/luaScript.ts';

/*
 * Every script: KEYS  the structure
 *               ARGV  TTL ms, 'lastWrite' or 'creation', what the write adds
 * A write and the life of what it made are one step, so that nothing is left without a TTL.
 */
const KEEP = `${EXTEND}
local function keep()
  if ARGV[2] == 'lastWrite' then return extend(KEYS[1], ARGV[1]) end
  local done = redis.pcall('PEXPIRE', KEYS[1], ARGV[1], 'NX')
  if type(done) == 'table' and redis.call('PTTL', KEYS[1]) == -1 then
    -- Before Redis 7 PEXPIRE has no conditions.
    redis.call('PEXPIRE', KEYS[1], ARGV[1])
  end
end
`;

/*
 * A script that adds, and so must not run twice, also has
 *               KEYS  the bitmap of calls, where there is one
 *               ARGV  3 bit of the call, 4 ms for which calls are known
 * What is sent again finds its bit set, changes nothing and gets `present()`. SETBIT tells it without a read, which would count
 * as a miss of Redis. A refused call has not been, and takes its bit back.
 */
const ONCE = `${KEEP}
local function once(change, present)
  if KEYS[2] then
    if redis.call('SETBIT', KEYS[2], ARGV[3], 1) == 1 then return present() end
    redis.call('PEXPIRE', KEYS[2], ARGV[4])
  end
  local reply = change()
  if type(reply) == 'table' and reply.err then
    if KEYS[2] then redis.call('SETBIT', KEYS[2], ARGV[3], 0) end
    return reply
  end
  keep()
  return reply
end
`;

/** ARGV  field and value, any number of times */
export const setFieldsScript = new LuaScript(`${KEEP}
redis.call('HSET', KEYS[1], unpack(ARGV, 3))
keep()
return 1
`);

/** ARGV  (once), field, by. Returns the sum. */
export const incrementFieldScript = new LuaScript(`${ONCE}
return once(
  function() return redis.pcall('HINCRBY', KEYS[1], ARGV[5], ARGV[6]) end,
  function() return redis.call('HGET', KEYS[1], ARGV[5]) or '0' end
)
`);

/** ARGV  fields */
export const removeFieldsScript = new LuaScript(`${KEEP}
redis.call('HDEL', KEYS[1], unpack(ARGV, 3))
keep()
return 1
`);

/** Lets the lowest scores go; -1 = none. */
const TRIM = `
local function trim(count)
  if tonumber(count) >= 0 then
    redis.call('ZREMRANGEBYRANK', KEYS[1], 0, string.format('-%.0f', tonumber(count) + 1))
  end
end
`;

/** ARGV  most members (-1 = any number), score, member */
export const addMemberScript = new LuaScript(`${KEEP}${TRIM}
redis.call('ZADD', KEYS[1], ARGV[4], ARGV[5])
trim(ARGV[3])
keep()
return 1
`);

/** ARGV  (once), most members (-1 = any number), by, member. Returns the sum. */
export const incrementMemberScript = new LuaScript(`${ONCE}${TRIM}
return once(
  function()
    local sum = redis.pcall('ZINCRBY', KEYS[1], ARGV[6], ARGV[7])
    if type(sum) ~= 'table' or not sum.err then trim(ARGV[5]) end
    return sum
  end,
  function() return redis.call('ZSCORE', KEYS[1], ARGV[7]) or '0' end
)
`);

/** ARGV  members */
export const removeMembersScript = new LuaScript(`${KEEP}
redis.call('ZREM', KEYS[1], unpack(ARGV, 3))
keep()
return 1
`);

/** ARGV  how many stay */
export const trimMembersScript = new LuaScript(`${KEEP}${TRIM}
trim(ARGV[3])
keep()
return 1
`);

/** ARGV  (once), most items, items */
export const pushItemsScript = new LuaScript(`${ONCE}
return once(
  function()
    local length = redis.pcall('LPUSH', KEYS[1], unpack(ARGV, 6))
    if type(length) == 'number' then redis.call('LTRIM', KEYS[1], 0, tonumber(ARGV[5]) - 1) end
    return length
  end,
  function() return 1 end
)
`);
