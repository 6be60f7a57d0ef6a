/**
 * An entry in Redis is a header of fixed width and a payload. All numbers are unsigned and big-endian, so that Lua's
 * `struct.unpack('>I8', ...)`, BITFIELD and SETRANGE reach each field in place:
 *
 *   0   2  magic CA C5
 *   2   1  format, 2
 *   3   1  flags: 1 = negative, the source has no such thing; 2 = it carries tags
 *   4   8  soft expiry, epoch ms; 0 = marked as stale by an invalidation
 *   12  4  time the load took, ms
 *   16  8  version of the value in its source; 0 = not versioned
 *   24  8  when it was stored, epoch ms
 *   32  8  first half of SHA-1 of the owner; 0 = nobody's in particular
 *   40  -  payload, as the serialiser wrote it
 */
export const HEADER_BYTES = 40;

const MAGIC = 0xca_c5;
const FORMAT = 2;
const NEGATIVE_FLAG = 1;
const TAGGED_FLAG = 2;
export const SOFT_EXPIRY_OFFSET = 4;
export const LOAD_TIME_OFFSET = 12;
export const VERSION_OFFSET = 16;
export const STORED_AT_OFFSET = 24;
const OWNER_OFFSET = 32;
const MAX_LOAD_MS = 0xff_ff_ff_ff;

/** The owner of entries that belong to nobody in particular. */
export const NO_OWNER = Buffer.alloc(8);

export interface EntryHeader {
  readonly isNegative: boolean;
  /** It is listed under tags, which are not part of the entry: who reads it must know them to hold it in memory. */
  readonly isTagged: boolean;
  /** Past it, the value is old but may still be served while a refresh runs, epoch ms. 0 = marked as stale. */
  readonly softExpiryAtMs: number;
  /** What the load cost, ms; early refresh is drawn from it. */
  readonly loadMs: number;
  /** Version in the source, at most 2^53 - 1; 0 when the family has none. */
  readonly version: number;
  readonly storedAtMs: number;
  /** 8 bytes (`ownerHash`), a view into the buffer that was decoded. */
  readonly owner: Buffer;
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
  bytes.writeUInt8((header.isNegative ? NEGATIVE_FLAG : 0) | (header.isTagged ? TAGGED_FLAG : 0), 3);
  writeUint64(bytes, Math.round(header.softExpiryAtMs), SOFT_EXPIRY_OFFSET);
  bytes.writeUInt32BE(Math.min(MAX_LOAD_MS, Math.max(0, Math.round(header.loadMs))), LOAD_TIME_OFFSET);
  writeUint64(bytes, header.version, VERSION_OFFSET);
  writeUint64(bytes, Math.round(header.storedAtMs), STORED_AT_OFFSET);
  bytes.set(header.owner, OWNER_OFFSET);
  bytes.set(payload, HEADER_BYTES);
  return bytes;
}

/** Null when the bytes are not an entry of this format: another program's value, or a cut one. */
export function decodeEntry(bytes: Buffer): Entry | null {
  if (bytes.length < HEADER_BYTES || bytes.readUInt16BE(0) !== MAGIC || bytes.readUInt8(2) !== FORMAT)
    return null;
  const flags = bytes.readUInt8(3);
  return {
    header: {
      isNegative: (flags & NEGATIVE_FLAG) !== 0,
      isTagged: (flags & TAGGED_FLAG) !== 0,
      softExpiryAtMs: readUint64(bytes, SOFT_EXPIRY_OFFSET),
      loadMs: bytes.readUInt32BE(LOAD_TIME_OFFSET),
      version: readUint64(bytes, VERSION_OFFSET),
      storedAtMs: readUint64(bytes, STORED_AT_OFFSET),
      owner: ownerAt(bytes),
    },
    payload: bytes.subarray(HEADER_BYTES),
  };
}

/** True when both are the same owner's, or nobody's. */
export function isSameOwner(one: Buffer, other: Buffer): boolean {
  return one === other || one.equals(other);
}

/** Nobody is one object, so that most comparisons are of two references. */
function ownerAt(bytes: Buffer): Buffer {
  const isNobody = bytes.readUInt32BE(OWNER_OFFSET) === 0 && bytes.readUInt32BE(OWNER_OFFSET + 4) === 0;
  return isNobody ? NO_OWNER : bytes.subarray(OWNER_OFFSET, HEADER_BYTES);
}

const TWO_TO_32 = 0x1_00_00_00_00;

/** Two halves in place of a BigInt, which costs an allocation a field; exact to 2^53 - 1. */
function writeUint64(bytes: Buffer, value: number, offset: number): void {
  bytes.writeUInt32BE(Math.floor(value / TWO_TO_32), offset);
  bytes.writeUInt32BE(value % TWO_TO_32, offset + 4);
}

function readUint64(bytes: Buffer, offset: number): number {
  return bytes.readUInt32BE(offset) * TWO_TO_32 + bytes.readUInt32BE(offset + 4);
}
