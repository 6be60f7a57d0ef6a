import type { EntryStore } from '#cache/entries/entryStore.ts';
import type { CacheEvents, InvalidationSource } from '#cache/metrics/cacheEvents.ts';
import type { Failed, RedisTransport } from '#cache/store/redisTransport.ts';
import type { GoneMembers } from './goneMembers.ts';

export interface RemovalSurroundings {
  readonly transport: RedisTransport;
  readonly entries: EntryStore;
  readonly events: CacheEvents;
  readonly prefix: string;
  /** Told of the tags that removed entries leave behind. */
  readonly gone: Pick<GoneMembers, 'add'>;
  /** The family's pattern of a whole key name. */
  patternOf(key: string): string;
}

/** How far a removal came: to its end, or to a failure after which asking again is safe. */
export interface Removal {
  readonly removedCount: number;
  readonly failed: Failed | null;
}

/** Counts removed keys by the pattern that they belong to. */
export function announceRemoved(
  { events, patternOf }: RemovalSurroundings,
  keys: readonly Buffer[],
  source: InvalidationSource,
): void {
  const counts = new Map<string, number>();
  for (const key of keys) {
    const pattern = patternOf(key.toString('utf8'));
    counts.set(pattern, (counts.get(pattern) ?? 0) + 1);
  }
  for (const [pattern, count] of counts) events.emit('removed', { pattern, source, count });
}
