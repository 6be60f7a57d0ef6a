import { decodeEntry, STORED_AT_OFFSET } from '#cache/store/entryFormat.ts';
import type { EntryToStore } from './entryStore.ts';
import { VERSION_OF } from './lua.ts';

/**
 * "Not found" has no version to compare. Where the value in place has one and was stored since the load began, the load may
 * have asked the source before there was such a thing, and the value stays. The clock of who stored it is compared with that
 * of Redis: as exact as they agree.
 */
export const HIDES_NEWER = `${VERSION_OF}
local function hides_newer(key, since_ms)
  if since_ms == '' or version_of(key) == 0 then return false end
  local stored_at = redis.call('BITFIELD', key, 'GET', 'u32', ${STORED_AT_OFFSET * 8},
    'GET', 'u32', ${STORED_AT_OFFSET * 8 + 32}, 'INCRBY', 'u8', 24, 0)
  return stored_at[1] * 4294967296 + stored_at[2] >= tonumber(since_ms)
end
`;

/** When the load of a "not found" began, epoch ms of Redis; '' = it is a value, or the word of a writer. */
export function notFoundSinceMs({ bytes, mark, isWrite, version }: EntryToStore): number | '' {
  if (version !== 0 || isWrite || mark === null || mark === '') return '';
  return decodeEntry(bytes)?.header.isNegative === true ? Math.floor(Number(mark) / 1_000) : '';
}
