/**
 * Library and function of Redis that run a batch of a purge before a deadline or never. Its version is part of the name: servers of
 * two versions can use one Redis, each with its own.
 */
export const FENCE_FUNCTION = 'cachescope_fence_1';

/** Loads it into one node; an admin does, never the server. */
export const FENCE_LOAD_COMMAND = 'cachescope redis function | redis-cli -x FUNCTION LOAD REPLACE';

/** What the function runs: what a purge removes and cleans. */
export const FENCED_COMMANDS = ['UNLINK', 'SREM', 'ZREM', 'HDEL', 'PEXPIREAT', 'PUBLISH'] as const;

/**
 * The library as it is loaded, for Redis 7 and Valkey. Its commands are checked against the ACL of the caller, so that it gives
 * nobody a right. Removing must work on a full Redis: allow-oom. Time stands still while it runs.
 */
export const FENCE_SOURCE = `#!lua name=${FENCE_FUNCTION}
-- Of Cachescope: runs commands of a purge, wholly and at once, if this server begins before a deadline; else nothing.
--
--   FCALL ${FENCE_FUNCTION} numkeys key... deadline [command keycount argcount argument...]...
--
-- deadline: epoch ms by this server's clock. Each command takes its keys from the front of what is left of the keys.
-- Answers EXPIRED now | RAN now replies | REFUSED now replies error; the replies are those before the error.

local ALLOWED = { ${FENCED_COMMANDS.map((name) => `${name} = true`).join(', ')} }

local function run(keys, args)
  local time = redis.pcall('TIME')
  if time.err then return { 'REFUSED', 0, {}, time.err } end
  local now = time[1] * 1000 + math.floor(time[2] / 1000)
  if now > tonumber(args[1]) then return { 'EXPIRED', now } end
  local replies = {}
  local key, at = 1, 2
  while at <= #args do
    local name, key_count, argument_count = args[at], tonumber(args[at + 1]), tonumber(args[at + 2])
    if not ALLOWED[name] then return { 'REFUSED', now, replies, 'ERR not a command of a purge' } end
    local command = { name }
    for offset = 0, key_count - 1 do command[#command + 1] = keys[key + offset] end
    for offset = 3, argument_count + 2 do command[#command + 1] = args[at + offset] end
    key = key + key_count
    at = at + 3 + argument_count
    local reply = redis.pcall(unpack(command))
    if type(reply) == 'table' and reply.err then return { 'REFUSED', now, replies, reply.err } end
    replies[#replies + 1] = reply
  end
  return { 'RAN', now, replies }
end

redis.register_function{ function_name = '${FENCE_FUNCTION}', callback = run, flags = { 'allow-oom' } }
`;
