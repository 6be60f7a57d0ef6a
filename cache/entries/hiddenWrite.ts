import type { Failed } from '#cache/store/redisTransport.ts';
import { parseOpenKey } from '#shared/keys/openKey.ts';
import type { EntryToStore } from './entryStore.ts';

/** A write under a key that nobody else reads. */
export const HIDDEN: Failed = {
  isDone: false,
  code: 'unreachable',
  error: new Error('Redis did not tell the version of the namespace.'),
};

/** True for a write that Redis might take now, and no read would find. */
export function isHiddenWrite({ key, mark, isWrite }: EntryToStore): boolean {
  return (isWrite || mark === null) && parseOpenKey(key) !== null;
}
