import { LuaScript } from './luaScript.ts';

/*
 * The tag index (shared/tags/simpleTagLayout.ts) changes in these scripts only. What must hold: an entry that can be read is
 * listed under each of its tags. A tag that lists too much costs a wasted removal and is tidied later.
 *
 * They read by write commands (SPOP without a count, SREM, SETRANGE with nothing): SMEMBERS, SCARD, EXISTS, PTTL and SPOP
 * with a count raise keyspace_hits and keyspace_misses, and would mix the index into the hit rate of the instance.
 */

/** Empties a small set and returns what was in it. */
const TAKE_ALL = `
local function take_all(key)
  local taken = {}
  while true do
    local member = redis.call('SPOP', key)
    if not member then return taken end
    taken[#taken + 1] = member
  end
end
`;

/**
 * Stores an entry and lists it under its tags. Returns tags that the key still carries and KEYS does not name; then
 * nothing is stored, and the caller runs it again with their keys among those to leave.
 *
 * KEYS  entry, key-tags, tag sets to join (n), tag sets to leave
 * ARGV  entry bytes, TTL ms, TTL ms of the index, n, tags to join (n), tags to leave
 */
export const writeEntryScript = new LuaScript(`${TAKE_ALL}
local function extend(key, ms)
  local done = redis.pcall('PEXPIRE', key, ms, 'NX')
  if type(done) == 'table' then
    -- Before Redis 7 PEXPIRE has no conditions.
    if redis.call('PTTL', key) < tonumber(ms) then redis.call('PEXPIRE', key, ms) end
  elseif done == 0 then
    redis.call('PEXPIRE', key, ms, 'GT')
  end
end
local joins = tonumber(ARGV[4])
local named = {}
for i = 5, #ARGV do named[ARGV[i]] = true end
for i = 1, joins do
  redis.call('SADD', KEYS[2 + i], KEYS[1])
  extend(KEYS[2 + i], ARGV[3])
end
local carried = take_all(KEYS[2])
local unnamed = {}
for _, tag in ipairs(carried) do
  if not named[tag] then unnamed[#unnamed + 1] = tag end
end
if #unnamed > 0 then
  redis.call('SADD', KEYS[2], unpack(carried))
  redis.call('PEXPIRE', KEYS[2], ARGV[2])
  return unnamed
end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
for i = joins + 3, #KEYS do redis.call('SREM', KEYS[i], KEYS[1]) end
for i = 1, joins do redis.call('SADD', KEYS[2], ARGV[4 + i]) end
if joins > 0 then redis.call('PEXPIRE', KEYS[2], ARGV[2]) end
return {}
`);

/**
 * Removes members of one tag and their key-tags. Members that left the tag since they were listed stay.
 * Returns the positions (from 1) of the removed keys, and the other tags that each member carried, by position.
 *
 * KEYS  tag set, members (n), their key-tags (n)
 * ARGV  tag
 */
export const removeMembersScript = new LuaScript(`${TAKE_ALL}
local count = (#KEYS - 1) / 2
local removed = {}
local left = {}
for i = 1, count do
  local others = {}
  if redis.call('SREM', KEYS[1], KEYS[1 + i]) == 1 then
    if redis.call('UNLINK', KEYS[1 + i]) == 1 then removed[#removed + 1] = i end
    for _, tag in ipairs(take_all(KEYS[1 + count + i])) do
      if tag ~= ARGV[1] then others[#others + 1] = tag end
    end
  end
  left[i] = others
end
return {removed, left}
`);

/**
 * Removes one entry and its key-tags. Returns 1 or 0 for the entry, and the tags that it carried.
 *
 * KEYS  entry, key-tags
 */
export const removeEntryScript = new LuaScript(`${TAKE_ALL}
local removed = redis.call('UNLINK', KEYS[1])
return {removed, take_all(KEYS[2])}
`);

/**
 * Takes members whose key is gone out of a tag set; those that exist (again) stay. Returns how many it took out.
 *
 * KEYS  tag set, members
 */
export const dropGoneMembersScript = new LuaScript(`
local dropped = 0
for i = 2, #KEYS do
  -- Length 0 = no such key. Anything else, an error included, counts as alive.
  if redis.pcall('SETRANGE', KEYS[i], 0, '') == 0 then
    dropped = dropped + redis.call('SREM', KEYS[1], KEYS[i])
  end
end
return dropped
`);
