import type { Outcome } from '#cache/store/redisTransport.ts';

/** `hard` removes; `soft` marks as stale, so that the old value is served while it is refreshed. */
export type InvalidationMode = 'hard' | 'soft';

/**
 * A point in the service's order of invalidations, as Redis numbers them. Who loads a value takes the mark first; the store
 * refuses the value when its key or one of its tags was invalidated after the mark, by whichever instance.
 */
export type Mark = string;

export interface EntryToStore {
  /** Whole name in Redis. */
  readonly key: string;
  /** Header and payload (entryFormat.ts). */
  readonly bytes: Buffer;
  /** Until Redis drops it, ms. */
  readonly ttlMs: number;
  /** Null = the entry never has tags, and is written without the index. */
  readonly tags: readonly string[] | null;
  /** Taken before the load or write; null = the caller's own word, which is stored whatever came before. */
  readonly mark: Mark | null;
  /** True = a write: loads of the key that are under way are outdated by it. Always so without a mark. */
  readonly isWrite: boolean;
  /** Version in the source; an entry of a higher one stays. 0 = not versioned: then one whose load began later stays. */
  readonly version: number;
  /** Asked before each command: true = an invalidation came between in this process. */
  isOutdated(): boolean;
}

export interface RemovedEntry {
  /** 1 when there was an entry to remove or to mark, else 0. */
  readonly removedCount: number;
  /** Tags that it carried and that still list it. */
  readonly leftTags: readonly string[];
}

export interface RemovedKeys {
  readonly removedKeys: readonly Buffer[];
  /** Tags that still list it, by key; where a tag was asked for, those besides it. */
  readonly leftTags: readonly (readonly string[])[];
}

/**
 * Entries, tag index and fences of one service in Redis. One engine where all keys of the service lie on one node (a server,
 * or one slot of a Cluster), in which each method is one atomic script; one for a Cluster in which they span slots.
 */
export interface EntryStore {
  readMark(): Promise<Outcome<Mark>>;
  store(entry: EntryToStore): Promise<Outcome<'stored' | 'outdated'>>;
  /** Outdates all loads of a key that are under way. Returns the mark, which a write of the key holds until it stores. */
  fenceKey(key: string): Promise<Outcome<Mark>>;
  /** Fences a key and removes or marks its entry; what has another type under the key is none, and stays. */
  remove(key: string, mode: InvalidationMode): Promise<Outcome<RemovedEntry>>;
  /** Outdates all loads under way whose value carries one of the tags; null = all loads of the service. */
  fence(tags: readonly string[] | null): Promise<Outcome<unknown>>;
  /** Whether a value of the key with these tags, loaded under the mark, has been outdated since. */
  isFenced(mark: Mark, key: string, tags: readonly string[]): Promise<Outcome<boolean>>;
  /** Removes or marks at most 100 entries that a tag lists, and takes removed ones out of its set. Fence the tag first. */
  removeMembers(
    tag: string,
    members: readonly Buffer[],
    mode: InvalidationMode,
  ): Promise<Outcome<RemovedKeys>>;
  /** Removes or marks at most 100 keys, whatever bytes and type they are. Fence them first. */
  removeKeys(keys: readonly Buffer[], mode: InvalidationMode): Promise<Outcome<RemovedKeys>>;
  /** Takes members without an entry out of a tag's set. */
  dropGone(tag: string, members: readonly Buffer[]): Promise<Outcome<unknown>>;
}
