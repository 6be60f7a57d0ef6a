import { LuaScript } from '#cache/store/luaScript.ts';

/*
 * What keeps the count of lost events exact. Every envelope gets the next number (`seq`) in the script that adds it, and the
 * group's ledger counts each envelope once, in the script that acknowledges it. Redis delivers in order, so of all numbers up
 * to one that was delivered (top), each is counted as finished, is pending, or was dropped before it could be read:
 *
 *   lost = top - base - finished - pending up to top
 *
 * where base is the last number before the group began. `reported` remembers how much of it was told.
 */

const LEDGER = `
local function has_failed(reply)
  return type(reply) == 'table' and reply.err ~= nil
end
local function seq_of(fields)
  for at = 1, #fields - 1, 2 do
    if fields[at] == 'seq' then return tonumber(fields[at + 1]) end
  end
end
local function first_of(stream, from)
  return redis.call('XRANGE', stream, from, '+', 'COUNT', 1)[1]
end
local function begin_ledger(ledger, base)
  redis.call('HSET', ledger, 'base', base, 'finished', 0, 'reported', 0, 'top', base, 'topId', '0-0')
end
local function tell_lost(ledger, lost)
  if lost <= 0 then return 0 end
  redis.call('HINCRBY', ledger, 'reported', lost)
  redis.call('HINCRBY', ledger, 'lost', lost)
  return lost
end
`;

/**
 * Adds an envelope.
 *
 * KEYS  stream, counter
 * ARGV  longest stream, then names and values of the envelope
 * Returns its number.
 */
export const publishScript = new LuaScript(`
${LEDGER}
local seq = redis.call('INCR', KEYS[2])
if seq == 1 then
  local last = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)[1]
  local known = last and seq_of(last[2])
  if known then
    seq = known + 1
    redis.call('SET', KEYS[2], seq)
  end
end
local added = redis.pcall('XADD', KEYS[1], 'MAXLEN', '~', ARGV[1], '*', 'seq', seq, unpack(ARGV, 2))
if has_failed(added) then
  redis.call('DECR', KEYS[2])
  return added
end
return seq
`);

/**
 * Makes the group where there is none. A ledger without a group tells that the stream went away with it: what is in the new
 * one is all unread, and what the old one still held is lost.
 *
 * KEYS  stream, counter, ledger
 * ARGV  group, where it begins when it is new (`$` or `0`), idle time after which a consumer with nothing pending is gone, ms
 * Returns how many are newly lost.
 */
export const joinScript = new LuaScript(`
${LEDGER}
local base, finished, reported = unpack(redis.call('HMGET', KEYS[3], 'base', 'finished', 'reported'))
local consumers = redis.pcall('XINFO', 'CONSUMERS', KEYS[1], ARGV[1])
if not has_failed(consumers) then
  for _, consumer in ipairs(consumers) do
    local facts = {}
    for at = 1, #consumer - 1, 2 do facts[consumer[at]] = consumer[at + 1] end
    if facts.pending == 0 and facts.idle > tonumber(ARGV[3]) then
      redis.call('XGROUP', 'DELCONSUMER', KEYS[1], ARGV[1], facts.name)
    end
  end
  return 0
end
local start = base and '0' or ARGV[2]
redis.call('XGROUP', 'CREATE', KEYS[1], ARGV[1], start, 'MKSTREAM')
local before = tonumber(redis.call('GET', KEYS[2]) or 0)
local first = start == '0' and first_of(KEYS[1], '-')
if first then before = (seq_of(first[2]) or before + 1) - 1 end
local lost = base and tell_lost(KEYS[3], before - base - finished - reported) or 0
begin_ledger(KEYS[3], before)
return lost
`);

/**
 * Acknowledges what is finished, puts aside what failed for good, and counts what was lost.
 *
 * KEYS  stream, counter, ledger, dead letters
 * ARGV  group, most dead letters, 1 = see also whether the end of the stream was dropped; then for each: id, number (0 = none,
 *       or dropped while it was pending), why it failed ('' = it did not)
 * Returns how many are newly lost, then the ids that were put aside.
 */
export const settleScript = new LuaScript(`
${LEDGER}
local stream, counter, ledger, dead = unpack(KEYS)
local group = ARGV[1]
local function bury(id, reason)
  local entry = redis.call('XRANGE', stream, id, id)[1]
  local pending = redis.call('XPENDING', stream, group, id, id, 1)[1]
  if not entry or not pending then return nil end
  local fields = {}
  for at = 1, math.min(#entry[2], 200) do fields[at] = entry[2][at] end
  for _, field in ipairs({'deliveries', pending[4], 'reason', reason}) do fields[#fields + 1] = field end
  return not has_failed(redis.pcall('XADD', dead, 'MAXLEN', '~', ARGV[2], '*', unpack(fields)))
end

local answer = {0}
local numbered, others = {}, {}
local top, top_id = 0, '0-0'
for at = 4, #ARGV, 3 do
  local id, seq, reason = ARGV[at], tonumber(ARGV[at + 1]), ARGV[at + 2]
  local buried = nil
  if reason ~= '' then buried = bury(id, reason) end
  if buried then answer[#answer + 1] = id end
  if buried ~= false and seq > 0 then
    numbered[#numbered + 1] = id
    if seq > top then top, top_id = seq, id end
  elseif buried ~= false then
    others[#others + 1] = id
  end
end
-- All in one: each XACK is a look-up that Redis counts as a hit.
local finished = #numbered > 0 and redis.call('XACK', stream, group, unpack(numbered)) or 0
if #others > 0 then redis.call('XACK', stream, group, unpack(others)) end

-- A full Redis takes no counts; then counting begins anew when it does.
if has_failed(redis.pcall('HINCRBY', ledger, 'finished', finished)) then
  redis.call('HDEL', ledger, 'base')
  return answer
end
local known = redis.call('HMGET', ledger, 'base', 'finished', 'reported', 'top', 'topId')
local published = tonumber(redis.call('GET', counter) or 0)
local base, known_top = tonumber(known[1]), tonumber(known[4] or 0)
if top > known_top then
  redis.call('HSET', ledger, 'top', top, 'topId', top_id)
else
  top, top_id = known_top, known[5] or '0-0'
end
local summary = redis.pcall('XPENDING', stream, group)
if has_failed(summary) then return answer end
if ARGV[3] == '1' then
  for _, info in ipairs(redis.call('XINFO', 'GROUPS', stream)) do
    local facts = {}
    for at = 1, #info - 1, 2 do facts[info[at]] = info[at + 1] end
    if facts.name == group and not first_of(stream, '(' .. facts['last-delivered-id']) then
      top, top_id = math.max(top, published), '+'
    end
  end
end
local pending = summary[1]
if pending > 0 and top_id ~= '+' then
  pending = #redis.call('XPENDING', stream, group, '-', top_id, 10000)
  if pending == 10000 then return answer end
end
if not base or published < known_top then
  begin_ledger(ledger, math.min(top, published) - pending)
  return answer
end
answer[1] = tell_lost(ledger, top - base - tonumber(known[2]) - tonumber(known[3]) - pending)
return answer
`);

/**
 * Takes up what is pending: a consumer's own, or what others have let lie.
 *
 * KEYS  stream
 * ARGV  group, consumer, from which id on, most entries; for what others let lie: for how long, ms
 * Returns for each: id, deliveries with this one, names and values (none = dropped from the stream meanwhile).
 */
export const takeUpScript = new LuaScript(`
local stream, group, consumer = KEYS[1], ARGV[1], ARGV[2]
local pending
if ARGV[5] then
  pending = redis.call('XPENDING', stream, group, 'IDLE', ARGV[5], ARGV[3], '+', ARGV[4])
else
  pending = redis.call('XPENDING', stream, group, ARGV[3], '+', ARGV[4], consumer)
end
local taken = {}
for _, one in ipairs(pending) do
  local id = one[1]
  local entry = redis.call('XRANGE', stream, id, id)[1]
  if entry then redis.call('XCLAIM', stream, group, consumer, 0, id) end
  taken[#taken + 1] = {id, one[4] + 1, entry and entry[2] or {}}
end
return taken
`);

/**
 * Takes a consumer off the group unless something of it is pending.
 *
 * KEYS  stream
 * ARGV  group, consumer
 */
export const leaveScript = new LuaScript(`
local pending = redis.pcall('XPENDING', KEYS[1], ARGV[1], '-', '+', 1, ARGV[2])
if pending.err or #pending > 0 then return 0 end
redis.call('XGROUP', 'DELCONSUMER', KEYS[1], ARGV[1], ARGV[2])
return 1
`);

/**
 * How the group stands.
 *
 * KEYS  stream, counter, ledger, dead letters
 * ARGV  group
 * Returns undelivered, pending, lost, dead letters.
 */
export const standingScript = new LuaScript(`
local base, finished, reported, lost =
  unpack(redis.call('HMGET', KEYS[3], 'base', 'finished', 'reported', 'lost'))
local pending = redis.call('XPENDING', KEYS[1], ARGV[1])[1]
local published = tonumber(redis.call('GET', KEYS[2]) or 0)
local undelivered = base and published - base - finished - reported - pending or 0
return {math.max(0, undelivered), pending, tonumber(lost or 0), redis.call('XLEN', KEYS[4])}
`);
