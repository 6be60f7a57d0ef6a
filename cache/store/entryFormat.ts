/**
 * An entry in Redis is a header of fixed width and a payload. All numbers are unsigned and big-endian, so that Lua's
 * `struct.unpack('>I8', ...)` and SETRANGE reach each field in place:
 *
 *   0   2  magic CA C5
 *   2   1  format, 1
 *   3   1  reserved, 0
 *   4   8  soft expiry, epoch ms
 *   12  4  time the load took, ms
 *   16  8  version of the value in its source; 0 = not versioned
 *   24  -  payload, as the serialiser wrote it
 */
export const HEADER_BYTES = 24;

const MAGIC = 0xca_c5;
const FORMAT = 1;
const SOFT_EXPIRY_OFFSET = 4;
const LOAD_TIME_OFFSET = 12;
const VERSION_OFFSET = 16;
const MAX_LOAD_MS = 0xff_ff_ff_ff;

export interface EntryHeader {
  /** Past it, the value is old but may still be served while a refresh runs, epoch ms. */
  readonly softExpiryAtMs: number;
  /** What the load cost, ms; early refresh is drawn from it. */
  readonly loadMs: number;
  /** Version in the source, at most 2^53 - 1; 0 when the family has none. */
  readonly version: number;
}

export interface Entry {
  readonly header: EntryHeader;
  /** A view into the buffer that was decoded, not a copy. */
  readonly payload: Buffer;
}

export function encodeEntry(header: EntryHeader, payload: Uint8Array): Buffer {
  const bytes = Buffer.allocUnsafe(HEADER_BYTES + payload.length);
  bytes.writeUInt16BE(MAGIC, 0);
  bytes.writeUInt8(FORMAT, 2);
  bytes.writeUInt8(0, 3);
  bytes.writeBigUInt64BE(BigInt(Math.round(header.softExpiryAtMs)), SOFT_EXPIRY_OFFSET);
  bytes.writeUInt32BE(Math.min(MAX_LOAD_MS, Math.max(0, Math.round(header.loadMs))), LOAD_TIME_OFFSET);
  bytes.writeBigUInt64BE(BigInt(header.version), VERSION_OFFSET);
  bytes.set(payload, HEADER_BYTES);
  return bytes;
}

/** Null when the bytes are not an entry of this format: another program's value, or a cut one. */
export function decodeEntry(bytes: Buffer): Entry | null {
  if (bytes.length < HEADER_BYTES || bytes.readUInt16BE(0) !== MAGIC || bytes.readUInt8(2) !== FORMAT)
    return null;
  return {
    header: {
      softExpiryAtMs: Number(bytes.readBigUInt64BE(SOFT_EXPIRY_OFFSET)),
      loadMs: bytes.readUInt32BE(LOAD_TIME_OFFSET),
      version: Number(bytes.readBigUInt64BE(VERSION_OFFSET)),
    },
    payload: bytes.subarray(HEADER_BYTES),
  };
}
