import { LuaScript } from '#cache/store/luaScript.ts';

/** Dead letters kept; older ones are trimmed. Ours: what is not looked at by then is not looked at. */
const MAX_DEAD_LETTERS = 100_000;

const GROUP = 'flushers';

/**
 * The id of a change is that of its last entry, so the entries that make up a change must be the same each time it is
 * delivered. The pending list of a consumer is therefore one batch, from the take until all of it is settled: takes need the
 * lease, and read what is pending before anything new. Consumers are two lanes for batches, not instances, so what a dead
 * instance left is found without XAUTOCLAIM; the second lane is used while the first is stuck.
 *
 * Takes the lease, and the batch under way or a new one. Returns {'busy'}, {'empty'}, {'none'}, or the lane, then id, key,
 * fields and payload of each entry; the payload is '' where `overtakeScript` left nothing but the id of a value.
 *
 * KEYS  queue, pending, in-flight, lease, loading
 * ARGV  holder, lease ms, most entries, the lane that is stuck ('' = none), 'counter' or 'value'
 */
export const takeScript = new LuaScript(`
local holder = redis.call('GET', KEYS[4])
if holder and holder ~= ARGV[1] then return {'busy'} end
if redis.call('XLEN', KEYS[1]) == 0 then
  redis.call('UNLINK', KEYS[2], KEYS[3], KEYS[4])
  return {'empty'}
end
redis.call('SET', KEYS[4], ARGV[1], 'PX', ARGV[2])
local function read(consumer, from, count)
  local words = {'XREADGROUP', 'GROUP', '${GROUP}', consumer, 'COUNT', count, 'STREAMS', KEYS[1], from}
  local reply = redis.pcall(unpack(words))
  if reply and reply.err then
    if not string.find(reply.err, 'NOGROUP', 1, true) then error(reply.err) end
    redis.call('XGROUP', 'CREATE', KEYS[1], '${GROUP}', '0')
    reply = redis.call(unpack(words))
  end
  local entries = {}
  for _, entry in ipairs(reply and reply[1][2] or {}) do
    local id, body = entry[1], entry[2]
    if body and body[6] then
      entries[#entries + 1] = {id, body[2], body[4], body[6]}
    else
      redis.call('XACK', KEYS[1], '${GROUP}', id)
      redis.call('XDEL', KEYS[1], id)
    end
  end
  return entries
end
local function answer(consumer, entries)
  local keys, held = {}, {}
  if ARGV[5] == 'value' then
    for i, entry in ipairs(entries) do keys[i] = entry[2] end
    held = redis.call('HMGET', KEYS[2], unpack(keys))
  end
  local reply = {consumer}
  for i, entry in ipairs(entries) do
    if held[i] and string.find(held[i], '^%d+%-%d+ $') then entry[4] = '' end
    for word = 1, 4 do reply[#reply + 1] = entry[word] end
  end
  return reply
end
local function is_older(one, other)
  local ms, seq = string.match(one, '(%d+)-(%d+)')
  local other_ms, other_seq = string.match(other, '(%d+)-(%d+)')
  if ms ~= other_ms then return tonumber(ms) < tonumber(other_ms) end
  return tonumber(seq) < tonumber(other_seq)
end
local function read_new(consumer)
  local entries = read(consumer, '>', ARGV[3])
  if #entries == 0 then return {'none'} end
  local seen = {}
  for _, entry in ipairs(entries) do
    local key = entry[2]
    if not seen[key] then
      seen[key] = true
      redis.call('HINCRBY', KEYS[3], key, 1)
      redis.call('HDEL', KEYS[5], key)
    end
  end
  return answer(consumer, entries)
end
local batches = {}
local free
for _, lane in ipairs({'b', 'a'}) do
  if lane ~= ARGV[4] then
    local entries = read(lane, '0', 1000000)
    if #entries > 0 then batches[#batches + 1] = {lane, entries} else free = lane end
  end
end
-- Of two, the older one: order is kept by key.
if #batches == 2 and is_older(batches[2][2][1][1], batches[1][2][1][1]) then return answer(unpack(batches[2])) end
if #batches > 0 then return answer(unpack(batches[1])) end
return read_new(free)
`);

/**
 * Takes entries out of the queue, by triplets of ARGV: id, key, amount to add to the pending one ('' = a value). What
 * another has settled already is left out. Returns how many.
 */
const SETTLE = `
local function settle(first)
  local settled = 0
  local seen = {}
  for i = first, #ARGV, 3 do
    local id, key, amount = ARGV[i], ARGV[i + 1], ARGV[i + 2]
    if redis.call('XACK', KEYS[1], '${GROUP}', id) == 1 then
      redis.call('XDEL', KEYS[1], id)
      settled = settled + 1
      if amount ~= '' then
        if redis.call('HINCRBY', KEYS[2], key, amount) == 0 then redis.call('HDEL', KEYS[2], key) end
      else
        local held = redis.call('HGET', KEYS[2], key)
        if held and string.sub(held, 1, #id + 1) == id .. ' ' then redis.call('HDEL', KEYS[2], key) end
      end
      if not seen[key] then
        seen[key] = true
        if redis.call('HINCRBY', KEYS[3], key, -1) <= 0 then redis.call('HDEL', KEYS[3], key) end
      end
    end
  end
  return settled
end
`;

/**
 * The source has these. Needs no lease: it has them, whoever flushes now.
 *
 * KEYS  queue, pending, in-flight
 * ARGV  triplets
 */
export const settleScript = new LuaScript(`${SETTLE}
return settle(1)
`);

/**
 * The source refuses this change: it is kept where an operator finds it, and the counter that shows it is dropped (no load of
 * it is under way, since the change was). Returns how many entries it took out; -1 = another holds the lease.
 *
 * KEYS  queue, pending, in-flight, lease, dead letters, counter (none for a value)
 * ARGV  holder, key, fields, payload, id of the change, reason, attempts, triplets
 */
export const buryScript = new LuaScript(`${SETTLE}
if redis.call('GET', KEYS[4]) ~= ARGV[1] then return -1 end
local settled = settle(8)
if settled > 0 then
  redis.call('XADD', KEYS[5], 'MAXLEN', '~', ${MAX_DEAD_LETTERS}, '*', 'key', ARGV[2], 'fields', ARGV[3],
    'payload', ARGV[4], 'id', ARGV[5], 'reason', ARGV[6], 'attempts', ARGV[7])
  if KEYS[6] then redis.call('UNLINK', KEYS[6]) end
end
return settled
`);

/**
 * Puts changes of a counter that were never handed over back to the end of the queue, as one entry each, so that they do not
 * overtake an older one of their key that is stuck. Returns how many entries that replaced; -1 = another holds the lease.
 *
 * KEYS  queue, in-flight, lease
 * ARGV  holder, then id, key, fields and amount of each entry
 */
export const requeueScript = new LuaScript(`
if redis.call('GET', KEYS[3]) ~= ARGV[1] then return -1 end
local settled = 0
local sums, fields, order = {}, {}, {}
for i = 2, #ARGV, 4 do
  local id, key = ARGV[i], ARGV[i + 1]
  if redis.call('XACK', KEYS[1], '${GROUP}', id) == 1 then
    redis.call('XDEL', KEYS[1], id)
    settled = settled + 1
    if not sums[key] then
      order[#order + 1] = key
      fields[key] = ARGV[i + 2]
      if redis.call('HINCRBY', KEYS[2], key, -1) <= 0 then redis.call('HDEL', KEYS[2], key) end
    end
    sums[key] = (sums[key] or 0) + tonumber(ARGV[i + 3])
  end
end
for _, key in ipairs(order) do
  redis.call('XADD', KEYS[1], '*', 'k', key, 'f', fields[key], 'p', string.format('%.0f', sums[key]))
end
return settled
`);

/**
 * Gives the lease a new life, or ends it with a life of 0. Returns 0 when another has it.
 *
 * KEYS  lease
 * ARGV  holder, ms
 */
export const renewScript = new LuaScript(`
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('PEXPIRE', KEYS[1], ARGV[2])
`);
