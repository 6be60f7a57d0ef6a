import {
  decodeEntry,
  HEADER_BYTES,
  LOAD_TIME_OFFSET,
  SOFT_EXPIRY_OFFSET,
  STORED_AT_OFFSET,
  VERSION_OFFSET,
} from '#cache/store/entryFormat.ts';
import type { EntryToStore } from './entryStore.ts';

const u64At = (offset: number): string => `'GET', 'u32', ${offset * 8}, 'GET', 'u32', ${offset * 8 + 32}`;

/**
 * True when the entry in place is newer than the one to store. Two versions tell it for certain. Without one the loads are put in
 * the order in which they began, by the clocks of who loaded: as exact as these agree. A "not found" also leaves each version
 * that was stored while its load ran: it may have asked the source before there was such a thing. What is stale is always
 * replaced. The increment by nothing makes BITFIELD a write (lua.ts says why).
 */
export const IS_OVERTAKEN = `
local function is_overtaken(key, version, began_ms, is_not_found)
  local length = redis.pcall('SETRANGE', key, 0, '')
  if type(length) ~= 'number' or length < ${HEADER_BYTES} then return false end
  local read = redis.call('BITFIELD', key, 'GET', 'u16', 0, 'GET', 'u32', ${LOAD_TIME_OFFSET * 8},
    ${u64At(VERSION_OFFSET)}, ${u64At(SOFT_EXPIRY_OFFSET)}, ${u64At(STORED_AT_OFFSET)}, 'INCRBY', 'u8', 24, 0)
  if read[1] ~= 0xcac5 then return false end
  local function u64(index) return read[index] * 4294967296 + read[index + 1] end
  local present_version = u64(3)
  if version ~= '0' then return present_version > tonumber(version) end
  if began_ms == '' then return false end
  local began, stored_at = tonumber(began_ms), u64(7)
  if is_not_found == '1' and present_version > 0 then return stored_at >= began end
  return u64(5) > began and stored_at - read[2] > began
end
`;

/** What `is_overtaken` takes besides the key. A writer's word has no beginning: only a version is above it. */
export function overtakenArguments({ bytes, mark, isWrite, version }: EntryToStore): (string | number)[] {
  const header = isWrite || mark === null ? undefined : decodeEntry(bytes)?.header;
  if (header === undefined) return [version, '', 0];
  return [version, header.storedAtMs - header.loadMs, header.isNegative ? 1 : 0];
}
