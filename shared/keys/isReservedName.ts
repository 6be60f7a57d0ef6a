import { isOwnKeyName } from '#shared/control/ownKeys.ts';
import { isIndexKeyName } from '#shared/tags/simpleTagLayout.ts';

/** True for names that the tag index or the library itself would use; entries may not have them. */
export function isReservedName(name: string): boolean {
  return isIndexKeyName(name) || isOwnKeyName(name);
}
