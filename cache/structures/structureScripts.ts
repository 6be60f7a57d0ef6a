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

/** ARGV  field and value, any number of times */
export const setFieldsScript = new LuaScript(`${KEEP}
redis.call('HSET', KEYS[1], unpack(ARGV, 3))
keep()
return 1
`);

/** ARGV  field, by. Returns the sum. */
export const incrementFieldScript = new LuaScript(`${KEEP}
local sum = redis.call('HINCRBY', KEYS[1], ARGV[3], ARGV[4])
keep()
return sum
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

/** ARGV  most members (-1 = any number), by, member. Returns the sum. */
export const incrementMemberScript = new LuaScript(`${KEEP}${TRIM}
local sum = redis.call('ZINCRBY', KEYS[1], ARGV[4], ARGV[5])
trim(ARGV[3])
keep()
return sum
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

/** ARGV  most items, items */
export const pushItemsScript = new LuaScript(`${KEEP}
redis.call('LPUSH', KEYS[1], unpack(ARGV, 4))
redis.call('LTRIM', KEYS[1], 0, tonumber(ARGV[3]) - 1)
keep()
return 1
`);
