import { LuaScript } from '#cache/store/luaScript.ts';
import { IS_FOREIGN } from './isForeign.ts';
import { IS_OVERTAKEN } from './isOvertaken.ts';
import { EXTEND, INVALIDATE, TAKE_ALL } from './lua.ts';

/*
 * The steps of an entry store whose keys lie on several nodes of a Cluster: each script touches one key.
 */

/**
 * Returns 'stored', or 'outdated' when the entry in place is newer.
 *
 * KEYS  entry
 * ARGV  entry bytes, TTL ms, version, when the load began, epoch ms ('' = it is none), 1 = "not found"
 */
export const storeValueScript = new LuaScript(`${IS_OVERTAKEN}
local present = redis.pcall('SETRANGE', KEYS[1], 0, '')
if type(present) == 'table' then return present end
if is_overtaken(KEYS[1], ARGV[3], ARGV[4], ARGV[5]) then return 'outdated' end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 'stored'
`);

/**
 * KEYS  tag set
 * ARGV  entry's key, TTL ms of the index
 */
export const joinTagScript = new LuaScript(`${EXTEND}
redis.call('SADD', KEYS[1], ARGV[1])
extend(KEYS[1], ARGV[2])
return 1
`);

/**
 * KEYS  key-tags
 * ARGV  TTL ms, tags
 */
export const replaceKeyTagsScript = new LuaScript(`${TAKE_ALL}
take_all(KEYS[1])
for i = 2, #ARGV do redis.call('SADD', KEYS[1], ARGV[i]) end
redis.call('PEXPIRE', KEYS[1], ARGV[1])
return 1
`);

/**
 * Returns 1 or 0.
 *
 * KEYS  entry
 * ARGV  mode, 1 = a key of another type stays
 */
export const invalidateScript = new LuaScript(`${INVALIDATE}${IS_FOREIGN}
if ARGV[2] == '1' and is_foreign(KEYS[1]) then return 0 end
return invalidate(KEYS[1], ARGV[1])
`);
