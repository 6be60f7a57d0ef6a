import { createHmac, randomBytes } from 'node:crypto';

/** Names of keys that somebody has seen, by ids that tell nothing of them. */
export interface KeyIds {
  readonly idOf: (key: Buffer) => string;
  /** Null when no such key was seen, or too long ago. */
  readonly keyOf: (id: string) => Buffer | null;
}

/** Pages of a day's search. */
const MAX_KEYS = 50_000;
const MAX_BYTES = 32 * 1_024 * 1_024;
const ID_BYTES = 16;

/** Ids are the same for the same key for as long as this lives; the oldest are forgotten first. */
export function openKeyIds(): KeyIds {
  const secret = randomBytes(32);
  const keys = new Map<string, Buffer>();
  let byteCount = 0;
  return {
    idOf(key) {
      const id = createHmac('sha256', secret)
        .update(key)
        .digest()
        .subarray(0, ID_BYTES)
        .toString('base64url');
      if (!keys.delete(id)) byteCount += key.length;
      keys.set(id, key);
      for (const [oldest, held] of keys) {
        if (keys.size <= MAX_KEYS && (byteCount <= MAX_BYTES || keys.size === 1)) break;
        keys.delete(oldest);
        byteCount -= held.length;
      }
      return id;
    },
    keyOf: (id) => keys.get(id) ?? null,
  };
}
