import { ENTRY_HEADER_BYTES, isLibraryEntry, SOFT_EXPIRY_OFFSET } from '#shared/entryHeader.ts';

/** The header that cachescope/cache puts ahead of a payload (cache/store/entryFormat.ts, which the server does not import). */
export interface EntryHeader {
  readonly isNegative: boolean;
  /** Epoch ms by the service's clock; 0 = marked as stale by an invalidation. */
  readonly softExpiryAtMs: number;
  /** Epoch ms by the service's clock. */
  readonly storedAtMs: number;
  readonly loadMs: number;
  /** Null = not versioned. */
  readonly version: number | null;
  /** Hex digits of the hash of the owner; null = nobody's in particular. */
  readonly ownerHash: string | null;
  readonly payloadOffset: number;
}

const NEGATIVE_FLAG = 1;
const LOAD_TIME_OFFSET = 12;
const VERSION_OFFSET = 16;
const STORED_AT_OFFSET = 24;
const OWNER_OFFSET = 32;

/** Null when the bytes are not the start of such an entry. */
export function parseEntryHeader(bytes: Uint8Array): EntryHeader | null {
  if (!isLibraryEntry(bytes)) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const version = Number(view.getBigUint64(VERSION_OFFSET));
  const owner = view.getBigUint64(OWNER_OFFSET);
  return {
    isNegative: (view.getUint8(3) & NEGATIVE_FLAG) !== 0,
    softExpiryAtMs: Number(view.getBigUint64(SOFT_EXPIRY_OFFSET)),
    storedAtMs: Number(view.getBigUint64(STORED_AT_OFFSET)),
    loadMs: view.getUint32(LOAD_TIME_OFFSET),
    version: version === 0 ? null : version,
    ownerHash: owner === 0n ? null : owner.toString(16).padStart(16, '0'),
    payloadOffset: ENTRY_HEADER_BYTES,
  };
}
