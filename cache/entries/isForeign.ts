/**
 * True for a key of another type than entries have: a structure, or another program's. A full Redis does not take the write
 * command that tells (lua.ts says why it is one), and is asked by TYPE.
 */
export const IS_FOREIGN = `
local function is_foreign(key)
  local length = redis.pcall('SETRANGE', key, 0, '')
  if type(length) == 'number' then return false end
  if string.find(length.err, 'WRONGTYPE', 1, true) then return true end
  local kind = redis.pcall('TYPE', key).ok
  return kind ~= nil and kind ~= 'string' and kind ~= 'none'
end
`;
