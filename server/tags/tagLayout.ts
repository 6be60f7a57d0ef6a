import type { RedisCommand, RedisConnection } from '#server/redis/redisConnection.ts';
import type { LayoutTraits } from './layoutTraits.ts';
import type { ScanPage } from './parseReplies.ts';

/** What TYPE says of the key that a tag's index is. */
export type IndexType = 'set' | 'zset' | 'hash' | 'string';

/**
 * One way of keeping tags in Redis. Names are bytes, spelled as latin1 where they are text. A name is only a hint: what stands
 * under it must have the layout's type, and where many programs use such names, members that lead to entries.
 */
export interface TagLayout {
  /** Names the layout in requests and in the audit log. */
  readonly id: string;
  /** As an operator knows it: `Laravel 10 to 13`. */
  readonly name: string;
  readonly indexType: IndexType;
  /** False where names alone say little, so that `open` decides by what a sample of the members leads to. */
  readonly isToldByName: boolean;
  readonly traits: LayoutTraits;
  /** The tag of an index by its key alone; null when the key is not named as this layout names its indexes. */
  parseTagKey(tagKey: Buffer): Buffer | null;
  /** The index under the key; null when none of this layout is there. Reads TYPE and some members. Throws `RedisFault`. */
  open(connection: RedisConnection, tagKey: Buffer): Promise<TagIndex | null>;
}

/** The index of one tag. Reads throw `RedisFault`. */
export interface TagIndex {
  readonly layout: TagLayout;
  readonly tagKey: Buffer;
  readonly tag: Buffer;
  /** True where only a walk over all names tells how many entries there are, which nobody waits for twice. */
  readonly isOnlyWalked?: boolean;
  /** Whether the index has a key of its own; else many tags share one, which only a walk over all of it counts. */
  readonly hasOwnKey: boolean;
  /** Why entries that were brought back would be of no use, in a sentence; absent where they are. */
  readonly whyNoUndo?: string;
  /** Exact; null when the index is gone, or of another type by now. */
  readMemberCount(connection: RedisConnection): Promise<number | null>;
  /** One page of whole key names of entries. A member that stays is returned at least once by a whole walk. */
  readEntryKeys(connection: RedisConnection, from: PageStart): Promise<ScanPage>;
  /** The key of the set of an entry's tags, by the key of the entry; null where the layout keeps none. */
  reverseKeyOf(key: Buffer): Buffer | null;
  /** Takes entries out of the index, and lists them again; null where that is not safe. The keys are of `readEntryKeys`. */
  readonly listing: IndexListing | null;
  /** Whether a key is named as the entries of this index are. */
  mayList(key: Buffer): boolean;
  /** Which of these keys the index lists now, in pages of 100; a key that is not named as its entries are is none of them. */
  readListed(connection: RedisConnection, keys: readonly Buffer[]): Promise<readonly boolean[]>;
  /** Reads what else names these entries (at most 100 keys that `readEntryKeys` gave) and prepares their removal. Changes nothing. */
  prepareRemoval(connection: RedisConnection, keys: readonly Buffer[]): Promise<RemovalCommands>;
  /** What the library would clean once no entry is left; none while the index still lists one. */
  prepareEnd(connection: RedisConnection): Promise<readonly RedisCommand[]>;
  /** Lines for bash with redis-cli that do the same; `quote` makes a safe shell word of bytes. */
  prepareShellCommands(quote: (bytes: Buffer) => string): readonly string[];
}

export interface IndexListing {
  drop(keys: readonly Buffer[]): RedisCommand;
  add(keys: readonly Buffer[]): RedisCommand;
}

/** Commands that remove some entries of one tag and leave the index as the library itself would. */
export interface RemovalCommands {
  /** One command, so that it is done or not done; its reply is how many values there were. */
  readonly removeValues: RedisCommand;
  /** To be sent in this order once `removeValues` is done. */
  readonly cleanIndex: readonly RedisCommand[];
}

export interface PageStart {
  /** '0' starts a walk. */
  readonly cursor: string;
  readonly count: number;
}
