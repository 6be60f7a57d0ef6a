import { CacheError } from '#cache/cacheError.ts';
import { isReservedName } from '#shared/keys/isReservedName.ts';

/** The whole name of a key that was given without prefix. Throws `badField` or `reservedKey`. */
export function wholeKey(prefix: string, key: unknown): string {
  if (typeof key !== 'string' || key === '' || !key.isWellFormed()) {
    throw new CacheError('badField', 'A key is a non-empty text.');
  }
  if (isReservedName(key)) {
    throw new CacheError(
      'reservedKey',
      `Keys with a tag:, key-tags: or cachescope: segment are kept for the cache itself: ${key}`,
    );
  }
  return prefix + key;
}
