import { LuaScript } from '#cache/store/luaScript.ts';
import { IS_FOREIGN } from './isForeign.ts';
import { IS_OVERTAKEN } from './isOvertaken.ts';
import { EXTEND, FENCES, INVALIDATE, IS_GONE, TAKE_ALL } from './lua.ts';

/**
 * Stores an entry and lists it under its tags. Returns {'stored'}, {'outdated'}, or {'unnamed', tags}: tags that the key
 * still carries and KEYS does not name; then nothing is stored, and the caller runs it again with their keys among those to
 * leave.
 *
 * KEYS  entry, fences, key-tags, tag sets to join (n), tag sets to leave
 * ARGV  entry bytes, TTL ms, TTL ms of the index, n (-1 = never has tags), mark ('' = none), 1 = a write, version, when the
 *       load began, epoch ms ('' = it is none), 1 = "not found", tags to join (n), tags to leave
 */
export const storeScript = new LuaScript(`${TAKE_ALL}${EXTEND}${FENCES}${IS_OVERTAKEN}
local joins = tonumber(ARGV[4])
local entry_subject = 'k:' .. KEYS[1]
if ARGV[5] ~= '' then
  local subjects = {'*', entry_subject}
  for i = 1, joins do subjects[#subjects + 1] = 't:' .. ARGV[9 + i] end
  if is_fenced(KEYS[2], tonumber(ARGV[5]), subjects) then return {'outdated'} end
end
-- A key of another type is not ours to replace; the reads of several keys at once do not tell it from none.
local present = redis.pcall('SETRANGE', KEYS[1], 0, '')
if type(present) == 'table' then return present end
if is_overtaken(KEYS[1], ARGV[7], ARGV[8], ARGV[9]) then return {'outdated'} end
if joins >= 0 then
  local named = {}
  for i = 10, #ARGV do named[ARGV[i]] = true end
  for i = 1, joins do
    redis.call('SADD', KEYS[3 + i], KEYS[1])
    extend(KEYS[3 + i], ARGV[3])
  end
  local carried = take_all(KEYS[3])
  local unnamed = {'unnamed'}
  for _, tag in ipairs(carried) do
    if not named[tag] then unnamed[#unnamed + 1] = tag end
  end
  if #unnamed > 1 then
    for _, tag in ipairs(carried) do redis.call('SADD', KEYS[3], tag) end
    redis.call('PEXPIRE', KEYS[3], ARGV[2])
    return unnamed
  end
end
if ARGV[6] == '1' then raise_fence(KEYS[2], {entry_subject}) end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
if joins >= 0 then
  for i = joins + 4, #KEYS do redis.call('SREM', KEYS[i], KEYS[1]) end
  for i = 1, joins do redis.call('SADD', KEYS[3], ARGV[9 + i]) end
  if joins > 0 then redis.call('PEXPIRE', KEYS[3], ARGV[2]) end
end
return {'stored'}
`);

/**
 * Fences a key and removes its entry with its key-tags, or marks it; a key of another type stays. Returns 1 or 0 for the
 * entry, and the tags that it carried.
 *
 * KEYS  entry, fences, key-tags
 * ARGV  mode
 */
export const removeScript = new LuaScript(`${TAKE_ALL}${FENCES}${INVALIDATE}${IS_FOREIGN}
raise_fence(KEYS[2], {'k:' .. KEYS[1]})
if is_foreign(KEYS[1]) then return {0, {}} end
local removed = invalidate(KEYS[1], ARGV[1])
if ARGV[1] == 'soft' and removed == 1 then return {1, {}} end
return {removed, take_all(KEYS[3])}
`);

/**
 * Removes members of one tag and their key-tags, or marks them. Members that left the tag since they were listed stay.
 * Returns the positions (from 1) of those removed or marked, and the other tags that each member carried, by position.
 *
 * KEYS  tag set, members (n), their key-tags (n)
 * ARGV  tag, mode
 */
export const removeMembersScript = new LuaScript(`${TAKE_ALL}${INVALIDATE}
local count = (#KEYS - 1) / 2
local removed = {}
local left = {}
for i = 1, count do
  local others = {}
  if ARGV[2] == 'soft' then
    if invalidate(KEYS[1 + i], 'soft') == 1 then removed[#removed + 1] = i end
  elseif redis.call('SREM', KEYS[1], KEYS[1 + i]) == 1 then
    if invalidate(KEYS[1 + i], 'hard') == 1 then removed[#removed + 1] = i end
    for _, tag in ipairs(take_all(KEYS[1 + count + i])) do
      if tag ~= ARGV[1] then others[#others + 1] = tag end
    end
  end
  left[i] = others
end
return {removed, left}
`);

/**
 * Removes keys and their key-tags, or marks them. Returns the positions (from 1) of those removed or marked, and the tags that
 * each key carried, by position; what is marked keeps its tags.
 *
 * KEYS  keys (n), their key-tags (n)
 * ARGV  mode
 */
export const removeKeysScript = new LuaScript(`${TAKE_ALL}${INVALIDATE}
local count = #KEYS / 2
local removed = {}
local left = {}
for i = 1, count do
  local changed = invalidate(KEYS[i], ARGV[1])
  if changed == 1 then removed[#removed + 1] = i end
  if ARGV[1] == 'soft' and changed == 1 then left[i] = {} else left[i] = take_all(KEYS[count + i]) end
end
return {removed, left}
`);

/**
 * Takes members whose key is gone out of a tag set; those that exist (again) stay. Returns how many it took out.
 *
 * KEYS  tag set, members
 */
export const dropGoneScript = new LuaScript(`${IS_GONE}
local dropped = 0
for i = 2, #KEYS do
  if is_gone(KEYS[i]) then dropped = dropped + redis.call('SREM', KEYS[1], KEYS[i]) end
end
return dropped
`);
