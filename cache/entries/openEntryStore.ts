import type { RedisTransport } from '#cache/store/redisTransport.ts';
import { AtomicEntryStore } from './atomicEntryStore.ts';
import type { EntryStore } from './entryStore.ts';
import { SpannedEntryStore } from './spannedEntryStore.ts';

/** A hash tag in the prefix (`{shop}:`) keeps all keys of the service in one slot. */
const HASH_TAG = /\{[^}]+\}/;

export function openEntryStore(transport: RedisTransport, prefix: string): EntryStore {
  const isSpanned = transport.isCluster && !HASH_TAG.test(prefix);
  return isSpanned ? new SpannedEntryStore(transport, prefix) : new AtomicEntryStore(transport, prefix);
}
