/** The header that cachescope/cache puts ahead of a payload, as far as others read and mark it (cache/store/entryFormat.ts). */
export const ENTRY_HEADER_BYTES = 40;
const MAGIC = 0xca_c5;
const FORMAT = 2;
/** Where 8 bytes of big-endian epoch ms stand; 0 = stale: the next reader gets the value and starts a load. */
export const SOFT_EXPIRY_OFFSET = 4;

/** True for bytes that begin as such an entry does. */
export function isLibraryEntry(bytes: Uint8Array): boolean {
  if (bytes.length < ENTRY_HEADER_BYTES) return false;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return view.getUint16(0) === MAGIC && view.getUint8(2) === FORMAT;
}
