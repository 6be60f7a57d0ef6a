/** The header that cachescope/cache puts ahead of a payload (cache/store/entryFormat.ts, which the server does not import). */
export interface EntryHeader {
  readonly isNegative: boolean;
  /** Epoch ms by the service's clock; 0 = marked as stale by an invalidation. */
  readonly softExpiryAtMs: number;
  /** Epoch ms by the service's clock. */
  readonly storedAtMs: number;
  readonly payloadOffset: number;
}

const ENTRY_HEADER_BYTES = 40;
const MAGIC = 0xca_c5;
const FORMAT = 2;
const NEGATIVE_FLAG = 1;
const SOFT_EXPIRY_OFFSET = 4;
const STORED_AT_OFFSET = 24;

/** Null when the bytes are not the start of such an entry. */
export function parseEntryHeader(bytes: Uint8Array): EntryHeader | null {
  if (bytes.length < ENTRY_HEADER_BYTES) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint16(0) !== MAGIC || view.getUint8(2) !== FORMAT) return null;
  return {
    isNegative: (view.getUint8(3) & NEGATIVE_FLAG) !== 0,
    softExpiryAtMs: Number(view.getBigUint64(SOFT_EXPIRY_OFFSET)),
    storedAtMs: Number(view.getBigUint64(STORED_AT_OFFSET)),
    payloadOffset: ENTRY_HEADER_BYTES,
  };
}
