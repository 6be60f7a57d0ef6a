/**
 * Freezes a value and all it holds, so that no caller can change what others share. Arrays and plain objects only: what a
 * Map, a Buffer or a class of the caller's holds stays open.
 */
export function freezeDeep<Value>(value: Value): Value {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value) || ArrayBuffer.isView(value)) {
    return value;
  }
  Object.freeze(value);
  for (const part of Object.values(value)) freezeDeep(part);
  return value;
}
