import { LuaScript } from '#cache/store/luaScript.ts';

/*
 * What must hold: a counter in Redis is what its source has, plus what is queued, each change once. Increments change both at
 * once. A load reads the source while changes of the key may be on their way to it, and then nobody can say whether they are
 * in what it read. So it counts only if no change of the key was under way (`in-flight`, from take to settle) at any time
 * between its begin and its end: the begin refuses while one is, and a take removes the marker that the end asks for.
 *
 * Counters are read by write commands, as SETRANGE with nothing: GET would raise keyspace_hits and keyspace_misses.
 */
const VALUE_OF = `
local function value_of(key)
  if redis.pcall('SETRANGE', key, 0, '') == 0 then return nil end
  local value = redis.pcall('INCRBY', key, 0)
  if type(value) == 'number' then return string.format('%.0f', value) end
  redis.call('UNLINK', key)
  return nil
end
local function sum_of(hash, key)
  local sum = redis.call('HINCRBY', hash, key, 0)
  if sum == 0 then redis.call('HDEL', hash, key) end
  return sum
end
`;

/**
 * Counts a call once. Returns the counter's value, or nothing when it is not loaded.
 *
 * KEYS  queue, pending, calls, counter
 * ARGV  bit of the call, ms for which calls are known, key, fields, amount
 */
export const incrementScript = new LuaScript(`${VALUE_OF}
if redis.call('SETBIT', KEYS[3], ARGV[1], 1) == 1 then return value_of(KEYS[4]) end
redis.call('PEXPIRE', KEYS[3], ARGV[2])
if redis.call('HINCRBY', KEYS[2], ARGV[3], ARGV[5]) == 0 then redis.call('HDEL', KEYS[2], ARGV[3]) end
local added = redis.pcall('XADD', KEYS[1], '*', 'k', ARGV[3], 'f', ARGV[4], 'p', ARGV[5])
if type(added) == 'table' and added.err then
  redis.call('HINCRBY', KEYS[2], ARGV[3], -ARGV[5])
  return added
end
if not value_of(KEYS[4]) then return nil end
local value = redis.pcall('INCRBY', KEYS[4], ARGV[5])
if type(value) == 'number' then return string.format('%.0f', value) end
redis.call('UNLINK', KEYS[4])
return nil
`);

/**
 * Begins a load. Returns {'value', counter} when there is one meanwhile, {'inFlight', pending}, or {'load', marker}. Loads of
 * one key share a marker.
 *
 * KEYS  counter, pending, in-flight, loading
 * ARGV  key, ms after which markers of nobody are dropped
 */
export const beginLoadScript = new LuaScript(`${VALUE_OF}
local value = value_of(KEYS[1])
if value then return {'value', value} end
if sum_of(KEYS[3], ARGV[1]) > 0 then
  return {'inFlight', string.format('%.0f', sum_of(KEYS[2], ARGV[1]))}
end
local time = redis.call('TIME')
redis.call('HSETNX', KEYS[4], ARGV[1], string.format('%.0f', time[1] * 1000000 + time[2]))
redis.call('PEXPIRE', KEYS[4], ARGV[2])
return {'load', string.format('%.0f', redis.call('HINCRBY', KEYS[4], ARGV[1], 0))}
`);

/**
 * Makes what was loaded the counter. Returns {'value', counter}, or {'refused', pending} when changes of the key went to the
 * source meanwhile, or it was invalidated.
 *
 * KEYS  counter, pending, loading
 * ARGV  key, marker, what the source has, TTL ms
 */
export const endLoadScript = new LuaScript(`${VALUE_OF}
local value = value_of(KEYS[1])
if value then return {'value', value} end
local pending = string.format('%.0f', sum_of(KEYS[2], ARGV[1]))
local marker = string.format('%.0f', sum_of(KEYS[3], ARGV[1]))
if marker ~= ARGV[2] then return {'refused', pending} end
redis.call('HDEL', KEYS[3], ARGV[1])
redis.call('SET', KEYS[1], ARGV[3], 'PX', ARGV[4])
return {'value', string.format('%.0f', redis.call('INCRBY', KEYS[1], pending))}
`);

/**
 * Drops a counter, and refuses loads of it that are under way.
 *
 * KEYS  counter, loading
 * ARGV  key
 */
export const forgetScript = new LuaScript(`
redis.call('HDEL', KEYS[2], ARGV[1])
return redis.call('UNLINK', KEYS[1])
`);
