import { ENTRY_HEADER_BYTES, isLibraryEntry, SOFT_EXPIRY_OFFSET } from '#shared/entryHeader.ts';

/** The header that cachescope/cache puts ahead of a payload (cache/store/entryFormat.ts, which the server does not import). */
export interface EntryHeader {
  readonly isNegative: boolean;
  /** Epoch ms by the service's clock; 0 = marked as stale by an invalidation. */
  readonly softExpiryAtMs: number;
  /** Epoch ms by the service's clock. */
  readonly storedAtMs: number;
  readonly payloadOffset: number;
}

const NEGATIVE_FLAG = 1;
const STORED_AT_OFFSET = 24;

/** Null when the bytes are not the start of such an entry. */
export function parseEntryHeader(bytes: Uint8Array): EntryHeader | null {
  if (!isLibraryEntry(bytes)) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return {
    isNegative: (view.getUint8(3) & NEGATIVE_FLAG) !== 0,
    softExpiryAtMs: Number(view.getBigUint64(SOFT_EXPIRY_OFFSET)),
    storedAtMs: Number(view.getBigUint64(STORED_AT_OFFSET)),
    payloadOffset: ENTRY_HEADER_BYTES,
  };
}
