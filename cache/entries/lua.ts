import { HEADER_BYTES, SOFT_EXPIRY_OFFSET } from '#cache/store/entryFormat.ts';

/*
 * Functions that the scripts share. What must hold: an entry that can be read is listed under each of its tags, and no value
 * loaded before an invalidation is stored after it. A tag that lists too much costs a wasted removal and is tidied later.
 *
 * They read by write commands (SPOP without a count, ZADD XX INCR 0, SETRANGE with nothing, BITFIELD with an increment):
 * SMEMBERS, ZSCORE, EXISTS, GETRANGE and PTTL raise keyspace_hits and keyspace_misses, and would mix our own upkeep into the
 * hit rate of the instance.
 */

/** Loads that take longer than this are not stored, ms: their fence may be gone. */
export const FENCE_WINDOW_MS = 600_000;

/** Subjects fenced one by one, about 1 MB; the oldest past it are fenced as one, which refuses loads that are older than them. */
const MAX_FENCES = 10_000;

/** Empties a small set and returns what was in it. */
export const TAKE_ALL = `
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
 * Fences are a sorted set of subjects (`k:` and a key, `t:` and a tag, `*` for all) by the mark of their last invalidation.
 * The member '' has the highest mark. Marks are Redis's time in microseconds, and rise even when that clock does not. Fences
 * that are gone (expired, evicted, an emptied Redis) refuse what was loaded under them, also when they have begun anew. A full
 * Redis takes no new ones: then they are dropped, which refuses all that is under way.
 */
export const FENCES = `
local function mark_of(fences, subject)
  return tonumber(redis.call('ZADD', fences, 'XX', 'INCR', 0, subject) or 0)
end
local function is_fenced(fences, mark, subjects)
  local highest = mark_of(fences, '')
  if highest <= mark then return highest < mark end
  for _, subject in ipairs(subjects) do
    if mark_of(fences, subject) > mark then return true end
  end
  return false
end
local function raise_fence(fences, subjects)
  local highest = redis.pcall('ZADD', fences, 'XX', 'INCR', 0, '')
  if type(highest) == 'table' then
    redis.call('UNLINK', fences)
    return ''
  end
  local time = redis.call('TIME')
  local mark = string.format('%.0f', math.max(time[1] * 1000000 + time[2], tonumber(highest or 0) + 1))
  local pairs_to_add = {mark, ''}
  if not highest then
    pairs_to_add[3] = mark
    pairs_to_add[4] = '*'
  end
  for _, subject in ipairs(subjects) do
    pairs_to_add[#pairs_to_add + 1] = mark
    pairs_to_add[#pairs_to_add + 1] = subject
  end
  redis.call('ZADD', fences, unpack(pairs_to_add))
  if redis.call('ZREMRANGEBYRANK', fences, 0, -${MAX_FENCES + 2}) > 0 then
    local oldest = redis.call('ZPOPMIN', fences)
    redis.call('ZADD', fences, oldest[2], oldest[1])
    redis.call('ZADD', fences, 'GT', oldest[2], '*')
  end
  redis.call('PEXPIRE', fences, ${FENCE_WINDOW_MS * 2})
  return mark
end
`;

/** Length 0 = no such key. Anything else, an error included, counts as alive. */
export const IS_GONE = `
local function is_gone(key) return redis.pcall('SETRANGE', key, 0, '') == 0 end
`;

/**
 * Removes a key, or marks an entry of ours as stale in place; what cannot be marked is removed. Returns 0 or 1.
 */
export const INVALIDATE = `
local function mark_stale(key)
  local length = redis.pcall('SETRANGE', key, 0, '')
  if type(length) ~= 'number' or length < ${HEADER_BYTES} then return false end
  if redis.call('BITFIELD', key, 'GET', 'u16', 0, 'INCRBY', 'u8', 24, 0)[1] ~= 0xcac5 then return false end
  redis.call('SETRANGE', key, ${SOFT_EXPIRY_OFFSET}, string.rep('\\0', 8))
  return true
end
local function invalidate(key, mode)
  if mode == 'soft' and mark_stale(key) then return 1 end
  return redis.call('UNLINK', key)
end
`;

/** Gives a set at least this life, and never shortens it. */
export const EXTEND = `
local function extend(key, ms)
  local done = redis.pcall('PEXPIRE', key, ms, 'NX')
  if type(done) == 'table' then
    -- Before Redis 7 PEXPIRE has no conditions.
    if redis.call('PTTL', key) < tonumber(ms) then redis.call('PEXPIRE', key, ms) end
  elseif done == 0 then
    redis.call('PEXPIRE', key, ms, 'GT')
  end
end
`;
